// One connection to an SQLite file.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>

#include "libs/db/connection.h"
#include "libs/db/errors.h"
#include "libs/db/sqlite_statement.h"
#include "libs/db/statement_cache.h"

namespace rookery::db {

// Write-ahead log; a commit is on disk when it returns (synchronous=FULL); foreign keys are on.
// Works until the patience of its transaction ends, and waits so long, though no more than a
// minute, for locks of other processes.
class SqliteConnection final : public Connection {
 public:
  // An empty path is a database in memory, which ends with the connection.
  static StatusOr<std::unique_ptr<Connection>> Open(const std::string& path);

  Status Begin(Access access, const Patience& patience) override;
  Status Commit() override;
  void Rollback() override;
  StatusOr<Rows> Query(const Statement& statement, const Values& values) override;
  StatusOr<int64_t> Execute(const Statement& statement, const Values& values) override;
  StatusOr<int64_t> ExecuteMany(const Statement& statement, const Values& shared,
                                const Columns& columns) override;
  Status Prepare(const Statement& statement) override;
  // BEGIN IMMEDIATE has the only lock that there is.
  Status LockSchema() override { return absl::OkStatus(); }
  // Freed pages are used again by the next write.
  StatusOr<bool> Reclaim(std::string_view, int64_t, const Patience&) override { return true; }
  bool broken() const override { return broken_; }

 private:
  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
  };

  explicit SqliteConnection(sqlite3* db);
  Status SetUp(const std::string& path);
  Status Run(const char* sql);
  StatusOr<SqliteStatement*> Prepared(const Statement& statement);
  StatusOr<SqliteStatement*> Bound(const Statement& statement, const Values& values);
  // Steps to the end and resets. `table` may be null.
  int64_t ChangesSince(int64_t total) const;
  Status Finish(const Statement& statement, SqliteStatement& prepared, Table* table);
  Status Error(int code, std::string_view doing);

  std::unique_ptr<sqlite3, Close> db_;
  StatementCache<std::unique_ptr<SqliteStatement>> statements_;
  bool broken_ = false;
  Access access_ = Access::kRead;
  Patience patience_ = absl::InfiniteFuture();
  // How long another process's lock is waited for.
  Patience busy_patience_ = absl::InfiniteFuture();
};

}  // namespace rookery::db
