#include "libs/db/pooled_database.h"

#include <absl/random/random.h>
#include <absl/time/clock.h>

#include <algorithm>
#include <utility>

namespace rookery::db {
namespace {

constexpr int kMaxAttempts = 5;
constexpr absl::Duration kFirstBackoff = absl::Milliseconds(4);

Status Impatient(const Patience& patience) {
  if (patience.gone.stop_requested()) {
    return FaultStatus(Fault::kCancelled, "transaction", "its caller has gone");
  }
  return FaultStatus(Fault::kTimeout, "transaction", "its deadline has passed");
}

// The transaction that a body sees. The first error sticks; what is left open is rolled back.
class OpenTransaction final : public Transaction {
 public:
  OpenTransaction(Connection& connection, Access access, const Patience& patience,
                  DatabaseMetrics& metrics)
      : connection_(connection), access_(access), patience_(patience), metrics_(metrics) {}
  ~OpenTransaction() override {
    if (open_) connection_.Rollback();
  }

  StatusOr<Rows> Query(const Statement& statement, const Values& values) override {
    return Guarded(statement.name, [&]() -> StatusOr<Rows> {
      if (access_ == Access::kReadOnce && std::exchange(has_queried_, true)) {
        return FaultStatus(Fault::kBug, statement.name, "ReadOnce is for one query");
      }
      return connection_.Query(statement, values);
    });
  }
  StatusOr<int64_t> Execute(const Statement& statement, const Values& values) override {
    return Guarded(statement.name, [&] { return connection_.Execute(statement, values); });
  }
  StatusOr<int64_t> ExecuteMany(const Statement& statement, const Values& shared,
                                const Columns& columns) override {
    return Guarded(statement.name,
                   [&] { return connection_.ExecuteMany(statement, shared, columns); });
  }
  Status Prepare(const Statement& statement) override {
    return Guarded("prepare", [&] { return connection_.Prepare(statement); });
  }
  Status LockSchema() override {
    return Guarded("lock_schema", [&] { return connection_.LockSchema(); });
  }

  Status Commit() {
    return Guarded("commit", [&] {
      open_ = false;
      return connection_.Commit();
    });
  }

  bool open() const { return open_; }
  // The database's first.
  const Status& error() const { return error_; }

 private:
  template <typename Call>
  std::invoke_result_t<Call> Guarded(std::string_view statement, Call&& call) {
    if (!error_.ok()) return error_;
    // The drivers' own timers do not see many short statements that together take too long.
    if (patience_.has_ended()) {
      error_ = Impatient(patience_);
      return error_;
    }
    const absl::Time began = absl::Now();
    auto result = call();
    metrics_.Took(statement, absl::Now() - began);
    error_.Update(internal::AsStatus(result));
    return result;
  }

  Connection& connection_;
  const Access access_;
  const Patience& patience_;
  DatabaseMetrics& metrics_;
  bool open_ = true;
  bool has_queried_ = false;
  Status error_;
};

}  // namespace

Status PooledDatabase::Run(Pool& pool, Access access, const Patience& patience, BodyRef body) {
  absl::Duration backoff = kFirstBackoff;
  for (int attempt = 1;; ++attempt) {
    const Attempt result = RunOnce(pool, access, patience, body);
    if (attempt < kMaxAttempts && result.stale_connection) {
      // After a restart of the server all its connections are dead.
      metrics_.stale_connections.Increment();
      pool.CloseIdle();
      continue;
    }
    if (attempt < kMaxAttempts && absl::IsAborted(result.status)) {
      // Two transactions that met once would meet again if both began again at once.
      const absl::Duration pause = backoff * absl::Uniform(absl::BitGen(), 0.5, 1.5);
      if (absl::Now() + pause < patience.deadline) {
        metrics_.conflicts.Increment();
        absl::SleepFor(pause);
        backoff *= 2;
        continue;
      }
    }
    if (result.database_failed) metrics_.Failed(result.status);
    return result.status;
  }
}

StatusOr<bool> PooledDatabase::Reclaim(const Patience& patience, std::string_view table,
                                       int64_t dead_bytes) {
  ASSIGN_OR_RETURN(const Pool::Lease lease, (writers_ ? *writers_ : *readers_).Take(patience));
  return lease->Reclaim(table, dead_bytes, patience);
}

PooledDatabase::Attempt PooledDatabase::RunOnce(Pool& pool, Access access, const Patience& patience,
                                                BodyRef body) {
  if (patience.has_ended()) return {.status = Impatient(patience), .database_failed = true};
  StatusOr<Pool::Lease> taken = pool.Take(patience);
  if (!taken.ok()) return {.status = taken.status(), .database_failed = true};
  // Moved out, so that the transaction below ends before the lease.
  const Pool::Lease lease = *std::move(taken);
  const absl::Time began = absl::Now();
  Attempt attempt{.status = lease->Begin(access, patience)};
  metrics_.Took("begin", absl::Now() - began);
  attempt.database_failed = !attempt.status.ok();
  bool committing = false;
  if (attempt.status.ok()) {
    OpenTransaction transaction(*lease, access, patience, metrics_);
    attempt.status = body(transaction);
    if (attempt.status.ok()) attempt.status = transaction.Commit();
    committing = !transaction.open();
    attempt.database_failed = !transaction.error().ok();
  }
  const bool may_have_committed = committing && access == Access::kWrite;
  // One that was stopped for its caller is broken too, and for nobody to try again.
  attempt.stale_connection =
      lease->broken() && !lease.fresh() && !may_have_committed && !patience.gone.stop_requested();
  return attempt;
}

}  // namespace rookery::db
