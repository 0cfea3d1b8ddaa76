#include "libs/db/pooled_database.h"

#include <absl/random/random.h>
#include <absl/time/clock.h>

#include <algorithm>

namespace rookery::db {
namespace {

constexpr int kMaxAttempts = 5;
constexpr absl::Duration kFirstBackoff = absl::Milliseconds(4);

Status DeadlinePassed() {
  return FaultStatus(Fault::kTimeout, "transaction", "its deadline has passed");
}

// The transaction that a body sees. The first error sticks; what is left open is rolled back.
class OpenTransaction final : public Transaction {
 public:
  OpenTransaction(Connection& connection, absl::Time deadline)
      : connection_(connection), deadline_(deadline) {}
  ~OpenTransaction() override {
    if (open_) connection_.Rollback();
  }

  StatusOr<Rows> Query(const Statement& statement, const Values& values) override {
    return Guarded([&] { return connection_.Query(statement, values); });
  }
  StatusOr<int64_t> Execute(const Statement& statement, const Values& values) override {
    return Guarded([&] { return connection_.Execute(statement, values); });
  }
  StatusOr<int64_t> ExecuteMany(const Statement& statement, const Values& shared,
                                const Columns& columns) override {
    return Guarded([&] { return connection_.ExecuteMany(statement, shared, columns); });
  }
  Status Prepare(const Statement& statement) override {
    return Guarded([&] { return connection_.Prepare(statement); });
  }
  Status LockSchema() override {
    return Guarded([&] { return connection_.LockSchema(); });
  }

  Status Commit() {
    return Guarded([&] {
      open_ = false;
      return connection_.Commit();
    });
  }

  bool open() const { return open_; }

 private:
  template <typename Call>
  std::invoke_result_t<Call> Guarded(Call&& call) {
    // The drivers' own timers do not see many short statements that together take too long.
    if (error_.ok() && absl::Now() >= deadline_) {
      error_ = DeadlinePassed();
    }
    if (!error_.ok()) return error_;
    auto result = call();
    error_.Update(internal::AsStatus(result));
    return result;
  }

  Connection& connection_;
  const absl::Time deadline_;
  bool open_ = true;
  Status error_;
};

}  // namespace

Status PooledDatabase::Run(Pool& pool, Access access, absl::Time deadline, BodyRef body) {
  absl::Duration backoff = kFirstBackoff;
  for (int attempt = 1;; ++attempt) {
    const Attempt result = RunOnce(pool, access, deadline, body);
    if (attempt == kMaxAttempts) return result.status;
    if (result.stale_connection) {
      // After a restart of the server all its connections are dead.
      pool.CloseIdle();
      continue;
    }
    if (!absl::IsAborted(result.status)) return result.status;
    // Two transactions that met once would meet again if both began again at once.
    const absl::Duration pause = backoff * absl::Uniform(absl::BitGen(), 0.5, 1.5);
    if (absl::Now() + pause >= deadline) return result.status;
    absl::SleepFor(pause);
    backoff *= 2;
  }
}

PooledDatabase::Attempt PooledDatabase::RunOnce(Pool& pool, Access access, absl::Time deadline,
                                                BodyRef body) {
  if (absl::Now() >= deadline) return {DeadlinePassed()};
  StatusOr<Pool::Lease> taken = pool.Take(deadline);
  if (!taken.ok()) return {taken.status()};
  // Moved out, so that the transaction below ends before the lease.
  const Pool::Lease lease = *std::move(taken);
  Attempt attempt{lease->Begin(access, deadline)};
  bool committing = false;
  if (attempt.status.ok()) {
    OpenTransaction transaction(*lease, deadline);
    attempt.status = body(transaction);
    if (attempt.status.ok()) attempt.status = transaction.Commit();
    committing = !transaction.open();
  }
  const bool may_have_committed = committing && access == Access::kWrite;
  attempt.stale_connection = lease->broken() && !lease.fresh() && !may_have_committed;
  return attempt;
}

}  // namespace rookery::db
