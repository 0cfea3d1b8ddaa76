#include "libs/db/postgres_connection.h"

#include <absl/cleanup/cleanup.h>
#include <absl/strings/numbers.h>
#include <absl/time/clock.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <pqxx/errorhandler>
#include <pqxx/except>

#include "libs/db/postgres_errors.h"
#include "libs/db/postgres_rows.h"
#include "libs/db/uri.h"
#include "libs/db/values.h"

namespace rookery::db {
namespace {

// A table is vacuumed when one part in so many of it is dead.
constexpr int64_t kWorthVacuum = 10;
constexpr size_t kCachedStatements = 512;
// The lock that all Rookery programs of one database agree on; the number means nothing else.
constexpr char kLockSchema[] = "SELECT pg_advisory_xact_lock(7021793840265173)";

constexpr char kSetUp[] =
    "SET client_min_messages = 'warning';"
    // Compiling a plan costs more than any statement of ours takes.
    "SET jit = off;"
    // The default, 4, is a spinning disk's: the planner would read whole tables where an index is
    // at hand.
    "SELECT set_config('random_page_cost', '1.1', false)"
    " WHERE current_setting('random_page_cost') = '4';"
    // What is acknowledged must be on disk, whatever the server's default is.
    "SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') = 'off';"
    "SELECT current_setting('server_encoding')";

// Bounds on noticing that the server's machine is gone.
std::string ConnectDefaults(absl::Time deadline) {
  // libpq counts in whole seconds and takes no less than 2.
  const int64_t seconds = std::clamp<int64_t>(
      absl::ToInt64Seconds(absl::Ceil(deadline - absl::Now(), absl::Seconds(1))), 2, 10);
  return fmt::format(
      "fallback_application_name=rookery&client_encoding=UTF8&connect_timeout={}"
      "&keepalives_idle=30&keepalives_interval=10&keepalives_count=3&tcp_user_timeout=30000",
      seconds);
}

// Without a transaction that is READ ONLY the server would let a query write.
bool IsPlainRead(const Translation& translation) {
  std::string_view sql = translation.sql;
  sql.remove_prefix(std::min(sql.find_first_not_of(" \n"), sql.size()));
  return !translation.locks_rows && (sql.starts_with("SELECT") || sql.starts_with("WITH"));
}

int64_t RowsWritten(const PGresult& result) {
  int64_t rows = 0;
  // Empty where a statement writes none.
  static_cast<void>(absl::SimpleAtoi(PQcmdTuples(const_cast<PGresult*>(&result)), &rows));
  return rows;
}

int64_t Milliseconds(absl::Duration duration) {
  // 0 would mean no limit, and the server counts in 32 bits.
  return std::clamp<int64_t>(absl::ToInt64Milliseconds(duration), 1, 2'000'000'000);
}

}  // namespace

// Without it, libpq prints to standard error.
class PostgresConnection::NoticeLog final : public pqxx::errorhandler {
 public:
  using pqxx::errorhandler::errorhandler;
  bool operator()(const char words[]) noexcept override {
    spdlog::debug("PostgreSQL: {}", words);
    return false;
  }
};

StatusOr<std::unique_ptr<Connection>> PostgresConnection::Open(const std::string& uri,
                                                               absl::Time deadline) {
  try {
    std::unique_ptr<PostgresConnection> opened(
        new PostgresConnection(WithDefaults(uri, ConnectDefaults(deadline))));
    const pqxx::result answer = pqxx::nontransaction(opened->connection_).exec(kSetUp);
    if (std::string_view(answer[0][0].c_str()) != "UTF8") {
      return absl::FailedPreconditionError(fmt::format(
          "its encoding is {}, and UTF8 is needed (CREATE DATABASE ... ENCODING 'UTF8').",
          answer[0][0].c_str()));
    }
    return opened;
  } catch (const std::exception& error) {
    std::string_view words = error.what();
    while (words.ends_with('\n')) words.remove_suffix(1);
    return absl::UnavailableError(fmt::format("{}", words));
  }
}

PostgresConnection::PostgresConnection(const std::string& uri)
    : connection_(uri),
      notices_(std::make_unique<NoticeLog>(connection_)),
      statements_(kCachedStatements) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  // libpqxx would go on after BEGIN on a new connection, outside any transaction.
  connection_.inhibit_reactivation(true);
#pragma GCC diagnostic pop
}

Status PostgresConnection::Begin(Access access, const Patience& patience) {
  access_ = access;
  deadline_ = patience.deadline;
  stop_.emplace(patience.gone, Stop{this});
  if (access == Access::kReadOnce) {
    session_.emplace(connection_);
    return absl::OkStatus();
  }
  timeout_ = deadline_ - absl::Now();
  std::string begin = access == Access::kWrite ? "BEGIN ISOLATION LEVEL READ COMMITTED"
                                               : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
  if (timeout_ == absl::InfiniteDuration()) {
    begin += "; SET LOCAL statement_timeout = 0";
  } else {
    fmt::format_to(std::back_inserter(begin), "; SET LOCAL statement_timeout = {}",
                   Milliseconds(timeout_));
  }
  try {
    session_.emplace(connection_);
    session_->exec(begin);
    return absl::OkStatus();
  } catch (...) {
    const Status status = Failed("BEGIN");
    Rollback();
    return status;
  }
}

void PostgresConnection::Stop::operator()() const noexcept {
  connection->stopped_ = true;
  try {
    connection->connection_.cancel_query();
  } catch (const std::exception& error) {
    spdlog::warn("A statement whose caller has gone runs on: {}", error.what());
  }
}

Status PostgresConnection::Failed(std::string_view doing) const {
  const Status status = HandledException(doing);
  return stopped_ ? FaultStatus(Fault::kCancelled, doing, "the caller has gone") : status;
}

Status PostgresConnection::Commit() {
  stop_.reset();
  if (stopped_) {
    Rollback();
    return FaultStatus(Fault::kCancelled, "COMMIT", "the caller has gone");
  }
  try {
    if (access_ != Access::kReadOnce) session_->exec("COMMIT");
    session_.reset();
    return absl::OkStatus();
  } catch (const std::exception& error) {
    const bool unknown = !connection_.is_open() && access_ == Access::kWrite;
    const Status status =
        unknown ? FaultStatus(Fault::kCommitUnknown, "COMMIT", error.what()) : Failed("COMMIT");
    Rollback();
    return status;
  }
}

void PostgresConnection::Rollback() {
  stop_.reset();
  try {
    const bool in_transaction = session_ && access_ != Access::kReadOnce && !stopped_;
    if (in_transaction && connection_.is_open()) session_->exec("ROLLBACK");
  } catch (...) {
    Failed("ROLLBACK").IgnoreError();
    spoilt_ = true;
  }
  session_.reset();
}

StatusOr<PostgresConnection::Known*> PostgresConnection::Find(const Statement& statement) {
  if (Known* found = statements_.Find(statement.text)) return found;
  auto translation = Translate(Dialect::kPostgres, statement.text);
  if (!translation.ok()) {
    return FaultStatus(Fault::kBug, statement.name, std::string(translation.status().message()));
  }
  if (const auto forgotten = statements_.MakeRoom(); forgotten && !forgotten->name.empty()) {
    try {
      session_->exec(fmt::format("DEALLOCATE {}", forgotten->name));
    } catch (...) {
      return Failed("DEALLOCATE");
    }
  }
  return statements_.Put(statement.text, Known{*std::move(translation)});
}

Status PostgresConnection::PrepareNow(const Statement& statement, Known& known) {
  const std::string name = fmt::format("s{}", ++prepared_count_);
  const PostgresResult prepared(PQprepare(connection_.handle(), name.c_str(),
                                          known.translation.sql.c_str(), /*nParams=*/0, nullptr));
  if (PQresultStatus(prepared.get()) != PGRES_COMMAND_OK) {
    return Failed(statement, prepared.get(), /*was_prepared=*/false);
  }
  known.name = name;
  return absl::OkStatus();
}

StatusOr<PostgresResult> PostgresConnection::Run(const Statement& statement, Known& known,
                                                 const PostgresParameters& parameters) {
  constexpr int kBinary = 1;
  if (access_ == Access::kReadOnce && !IsPlainRead(known.translation)) {
    return FaultStatus(Fault::kBug, statement.name, "a read may not write or lock");
  }
  try {
    LimitTime();
  } catch (...) {
    return Failed(statement.name);
  }
  const bool was_prepared = !known.name.empty();
  PostgresResult result;
  if (statement.plans_for_values || !std::exchange(known.came_before, true)) {
    result.reset(PQexecParams(connection_.handle(), known.translation.sql.c_str(),
                              parameters.count(), /*paramTypes=*/nullptr, parameters.pointers(),
                              parameters.lengths(), parameters.formats(), kBinary));
  } else {
    if (!was_prepared) RETURN_IF_ERROR(PrepareNow(statement, known));
    result.reset(PQexecPrepared(connection_.handle(), known.name.c_str(), parameters.count(),
                                parameters.pointers(), parameters.lengths(), parameters.formats(),
                                kBinary));
  }
  const ExecStatusType status = PQresultStatus(result.get());
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return result;
  return Failed(statement, result.get(), was_prepared);
}

Status PostgresConnection::Failed(const Statement& statement, const PGresult* result,
                                  bool was_prepared) {
  const std::string_view sqlstate = SqlstateOf(result);
  const std::string_view words = PQerrorMessage(connection_.handle());
  if (stopped_) return FaultStatus(Fault::kCancelled, statement.name, "the caller has gone");
  if (!connection_.is_open()) return FaultStatus(Fault::kUnreachable, statement.name, words);
  if (was_prepared && sqlstate == "0A000") {
    // A migration changed a column's type: what this connection has prepared is worth nothing.
    spoilt_ = true;
    return FaultStatus(Fault::kConflict, statement.name, words);
  }
  if (access_ == Access::kRead && sqlstate == "25006") {
    return FaultStatus(Fault::kBug, statement.name, "a read may not write or lock");
  }
  return FaultStatus(PostgresFault(sqlstate), statement.name, words);
}

StatusOr<PostgresResult> PostgresConnection::Run(const Statement& statement, const Values& values) {
  ASSIGN_OR_RETURN(Known * known, Find(statement));
  RETURN_IF_ERROR(CheckValues(statement, known->translation, values));
  return Run(statement, *known, PostgresParameters(values, {}, {}));
}

StatusOr<Rows> PostgresConnection::Query(const Statement& statement, const Values& values) {
  ASSIGN_OR_RETURN(PostgresResult result, Run(statement, values));
  return FromPostgres(statement.name, std::move(result));
}

StatusOr<int64_t> PostgresConnection::Execute(const Statement& statement, const Values& values) {
  ASSIGN_OR_RETURN(const PostgresResult result, Run(statement, values));
  return RowsWritten(*result);
}

StatusOr<int64_t> PostgresConnection::ExecuteMany(const Statement& statement, const Values& shared,
                                                  const Columns& columns) {
  if (RowCount(columns) == 0) return 0;
  ASSIGN_OR_RETURN(Known * known, Find(statement));
  RETURN_IF_ERROR(CheckValues(statement, known->translation, shared));
  RETURN_IF_ERROR(CheckColumns(statement, known->translation, columns));
  ASSIGN_OR_RETURN(
      const PostgresResult result,
      Run(statement, *known, PostgresParameters(shared, known->translation.row_types, columns)));
  return RowsWritten(*result);
}

Status PostgresConnection::Prepare(const Statement& statement) {
  ASSIGN_OR_RETURN(Known * known, Find(statement));
  if (!known->name.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(PrepareNow(statement, *known));
  known->came_before = true;
  return absl::OkStatus();
}

Status PostgresConnection::LockSchema() {
  try {
    LimitTime();
    session_->exec(kLockSchema);
    return absl::OkStatus();
  } catch (...) {
    return Failed("lock of the schema");
  }
}

StatusOr<bool> PostgresConnection::Reclaim(std::string_view table, int64_t dead_bytes,
                                           const Patience& patience) {
  RETURN_IF_ERROR(Begin(Access::kReadOnce, patience));
  const absl::Cleanup end = [this] { Rollback(); };
  try {
    LimitTimeOfOne();
    const std::string quoted = session_->quote_name(std::string(table));
    const auto size =
        session_->exec(fmt::format("SELECT pg_total_relation_size({})", session_->quote(quoted)));
    if (dead_bytes * kWorthVacuum < size[0][0].as<int64_t>()) return false;
    // Behind another that is at it, which began before some of these were dead. Autovacuum, which
    // takes its time, gives way.
    session_->exec(fmt::format("VACUUM {}", quoted));
    return true;
  } catch (...) {
    return Failed("VACUUM");
  }
}

void PostgresConnection::LimitTimeOfOne() {
  const absl::Duration left = deadline_ - absl::Now();
  const bool fits = left <= session_timeout_ &&
                    session_timeout_ <= left + std::max(left / 4, absl::Milliseconds(10));
  if (fits) return;
  // A little more, so that it fits the next request too, which mostly has as much time.
  const absl::Duration timeout = left + left / 8;
  const bool limited = timeout != absl::InfiniteDuration();
  session_->exec(
      fmt::format("SET statement_timeout = {}", limited ? Milliseconds(timeout) : int64_t{0}));
  session_timeout_ = timeout;
}

void PostgresConnection::LimitTime() {
  if (access_ == Access::kReadOnce) return LimitTimeOfOne();
  if (deadline_ == absl::InfiniteFuture()) return;
  const absl::Duration left = deadline_ - absl::Now();
  // A statement may overrun its deadline by a quarter of the time left when it begins: to be exact
  // would cost a round trip each time.
  if (timeout_ <= left + std::max(left / 4, absl::Milliseconds(10))) return;
  session_->exec(fmt::format("SET LOCAL statement_timeout = {}", Milliseconds(left)));
  timeout_ = left;
}

}  // namespace rookery::db
