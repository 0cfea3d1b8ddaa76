// One connection to PostgreSQL, by libpqxx, whose exceptions stop here; statements by libpq.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <pqxx/nontransaction>
#include <stop_token>
#include <string>
#include <vector>

#include "libs/db/connection.h"
#include "libs/db/dialect.h"
#include "libs/db/postgres_handle.h"
#include "libs/db/postgres_parameters.h"
#include "libs/db/statement_cache.h"

namespace rookery::db {

// Writes run at READ COMMITTED, reads on one snapshot (REPEATABLE READ, READ ONLY). The deadline
// becomes PostgreSQL's statement_timeout in the same round trip as BEGIN. A statement is prepared
// when its text comes for the second time: texts made at run time mostly come once. When the caller
// goes, what runs is cancelled by a request of its own to the server, which waits for an answer.
class PostgresConnection final : public Connection {
 public:
  // UNAVAILABLE, with libpq's words: it does not connect. FAILED_PRECONDITION: the encoding is not
  // UTF8.
  static StatusOr<std::unique_ptr<Connection>> Open(const std::string& uri, absl::Time deadline);

  Status Begin(Access access, const Patience& patience) override;
  Status Commit() override;
  void Rollback() override;
  StatusOr<Rows> Query(const Statement& statement, const Values& values) override;
  StatusOr<int64_t> Execute(const Statement& statement, const Values& values) override;
  StatusOr<int64_t> ExecuteMany(const Statement& statement, const Values& shared,
                                const Columns& columns) override;
  Status Prepare(const Statement& statement) override;
  Status LockSchema() override;
  StatusOr<bool> Reclaim(std::string_view table, int64_t dead_bytes,
                         const Patience& patience) override;
  bool broken() const override { return spoilt_ || stopped_ || !connection_.is_open(); }

 private:
  class NoticeLog;
  // Asks PostgreSQL to stop what the connection does, on the thread that asks to stop.
  struct Stop {
    void operator()() const noexcept;
    PostgresConnection* connection;
  };

  // A statement that came before.
  struct Known {
    Translation translation;
    // The server's name of the prepared statement; empty if it is not prepared yet.
    std::string name;
    bool came_before = false;
  };

  explicit PostgresConnection(const std::string& uri);
  StatusOr<Known*> Find(const Statement& statement);
  Status PrepareNow(const Statement& statement, Known& known);
  StatusOr<PostgresResult> Run(const Statement& statement, Known& known,
                               const PostgresParameters& parameters);
  StatusOr<PostgresResult> Run(const Statement& statement, const Values& values);
  // The error for what is being thrown, which may be what stopping caused.
  Status Failed(std::string_view doing) const;
  // The error of a statement that went wrong, which may be that too.
  Status Failed(const Statement& statement, const PGresult* result, bool was_prepared);
  // Shortens statement_timeout when the time left has become much less than it.
  void LimitTime();
  // Outside a transaction statement_timeout stays from one statement to the next.
  void LimitTimeOfOne();

  HandleConnection connection_;
  std::unique_ptr<NoticeLog> notices_;
  std::optional<pqxx::nontransaction> session_;
  StatementCache<Known> statements_;
  int prepared_count_ = 0;
  // Not to be used again, though open.
  bool spoilt_ = false;
  // The request to stop may come late and hit whatever runs then: such a connection is given up.
  std::atomic<bool> stopped_ = false;
  // While statements of a transaction may be stopped.
  std::optional<std::stop_callback<Stop>> stop_;
  Access access_ = Access::kRead;
  absl::Time deadline_ = absl::InfiniteFuture();
  absl::Duration timeout_ = absl::InfiniteDuration();
  // What statement_timeout is outside transactions.
  absl::Duration session_timeout_ = absl::ZeroDuration();
};

}  // namespace rookery::db
