// The Database of both drivers: pools of connections, transactions, and what is tried again.
#pragma once

#include <memory>

#include "libs/db/database.h"
#include "libs/db/database_metrics.h"
#include "libs/db/pool.h"

namespace rookery::db {

class PooledDatabase final : public Database {
 public:
  // `writers` may be null: writes then use the connections of `readers`.
  // `registry` may be null.
  PooledDatabase(std::unique_ptr<Pool> readers, std::unique_ptr<Pool> writers,
                 metrics::Registry* registry)
      : metrics_(registry), writers_(std::move(writers)), readers_(std::move(readers)) {}

  StatusOr<bool> Reclaim(const Patience& patience, std::string_view table,
                         int64_t dead_bytes) override;

 protected:
  Status RunRead(const Patience& patience, BodyRef body) override {
    return Run(*readers_, Access::kRead, patience, body);
  }
  Status RunReadOnce(const Patience& patience, BodyRef body) override {
    return Run(*readers_, Access::kReadOnce, patience, body);
  }
  Status RunWrite(const Patience& patience, BodyRef body) override {
    return Run(writers_ ? *writers_ : *readers_, Access::kWrite, patience, body);
  }

 private:
  struct Attempt {
    Status status;
    // The connection proved dead, it was an old one, and nothing can have been committed.
    bool stale_connection = false;
    // Whether the error is the database's, not the body's own.
    bool database_failed = false;
  };

  Status Run(Pool& pool, Access access, const Patience& patience, BodyRef body);
  Attempt RunOnce(Pool& pool, Access access, const Patience& patience, BodyRef body);

  DatabaseMetrics metrics_;
  // The writer closes last: SQLite's last connection tidies the write-ahead log.
  const std::unique_ptr<Pool> writers_;
  const std::unique_ptr<Pool> readers_;
};

}  // namespace rookery::db
