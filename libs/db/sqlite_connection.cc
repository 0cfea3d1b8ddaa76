#include "libs/db/sqlite_connection.h"

#include <absl/cleanup/cleanup.h>
#include <absl/time/clock.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "libs/db/sqlite_errors.h"
#include "libs/db/sqlite_functions.h"
#include "libs/db/values.h"

namespace rookery::db {
namespace {

constexpr size_t kCachedStatements = 512;
// How many of SQLite's instructions, some tenths of a millisecond, pass between two looks at the
// clock and the caller.
constexpr int kInstructionsPerCheck = 4000;
// How long to wait for another process's lock, whatever the deadline.
constexpr absl::Duration kMaxBusy = absl::Minutes(1);

constexpr absl::Duration kMaxBusyPause = absl::Milliseconds(20);

int HasEnded(void* patience) { return static_cast<const Patience*>(patience)->has_ended() ? 1 : 0; }

// SQLite's own busy timeout gives up a little early, which could not be told from a short one.
// Returns whether to try again.
int WaitForLock(void* busy_patience, int pauses) {
  const auto& patience = *static_cast<const Patience*>(busy_patience);
  if (patience.has_ended()) return 0;
  const absl::Duration left = patience.deadline - absl::Now();
  absl::SleepFor(std::min({left, absl::Milliseconds(pauses + 1), kMaxBusyPause}));
  return 1;
}

}  // namespace

StatusOr<std::unique_ptr<Connection>> SqliteConnection::Open(const std::string& path) {
  sqlite3* db = nullptr;
  // One thread at a time uses a connection, which the pool sees to.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(path.empty() ? ":memory:" : path.c_str(), &db, flags, nullptr);
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(db));
  if (code != SQLITE_OK) {
    const int error = db == nullptr ? 0 : sqlite3_system_errno(db);
    return absl::UnavailableError(fmt::format("The database file {} cannot be opened: {}.", path,
                                              error == 0 ? sqlite3_errstr(code) : strerror(error)));
  }
  RETURN_IF_ERROR(connection->SetUp(path));
  return connection;
}

SqliteConnection::SqliteConnection(sqlite3* db) : db_(db), statements_(kCachedStatements) {}

Status SqliteConnection::SetUp(const std::string& path) {
  sqlite3* const db = db_.get();
  sqlite3_extended_result_codes(db, 1);
  busy_patience_ = absl::Now() + kMaxBusy;
  sqlite3_busy_handler(db, WaitForLock, &busy_patience_);
  // SQLite falls back to reading where it may not write.
  if (sqlite3_db_readonly(db, "main") == 1) {
    return absl::UnavailableError(
        fmt::format("The database file {} is read-only for this process.", path));
  }
  // The first look into the file: said here, since to somebody who mistyped a name nothing is
  // damaged.
  if (sqlite3_exec(db, "SELECT 1 FROM sqlite_master", nullptr, nullptr, nullptr) == SQLITE_NOTADB) {
    return absl::DataLossError(fmt::format("The file {} is no SQLite database.", path));
  }
  RETURN_IF_ERROR(Run("PRAGMA journal_mode = WAL"));
  RETURN_IF_ERROR(Run("PRAGMA synchronous = FULL"));
  RETURN_IF_ERROR(Run("PRAGMA foreign_keys = ON"));
  RETURN_IF_ERROR(Run("PRAGMA temp_store = MEMORY"));
  // The log is cut back to this after it has grown beyond it.
  RETURN_IF_ERROR(Run("PRAGMA journal_size_limit = 67108864"));
  if (const int code = RegisterFunctions(db); code != SQLITE_OK) return Error(code, "open");
  sqlite3_progress_handler(db, kInstructionsPerCheck, HasEnded, &patience_);
  return absl::OkStatus();
}

Status SqliteConnection::Begin(Access access, const Patience& patience) {
  access_ = access;
  patience_ = patience;
  busy_patience_ = patience;
  busy_patience_.deadline = std::min(patience.deadline, absl::Now() + kMaxBusy);
  if (access == Access::kReadOnce) return absl::OkStatus();
  return Run(access == Access::kWrite ? "BEGIN IMMEDIATE" : "BEGIN");
}

Status SqliteConnection::Commit() {
  if (access_ == Access::kReadOnce) return absl::OkStatus();
  // A commit that has begun shall end.
  patience_ = absl::InfiniteFuture();
  const Status status = Run("COMMIT");
  if (!status.ok()) Rollback();
  return status;
}

void SqliteConnection::Rollback() {
  patience_ = absl::InfiniteFuture();
  // After some errors SQLite has rolled back by itself.
  if (sqlite3_get_autocommit(db_.get()) != 0) return;
  broken_ = !Run("ROLLBACK").ok();
}

Status SqliteConnection::Run(const char* sql) {
  const Statement statement{sql, sql};
  ASSIGN_OR_RETURN(SqliteStatement * prepared, Prepared(statement));
  return Finish(statement, *prepared, nullptr);
}

StatusOr<SqliteStatement*> SqliteConnection::Prepared(const Statement& statement) {
  if (auto* found = statements_.Find(statement.text)) return found->get();
  auto translation = Translate(Dialect::kSqlite, statement.text);
  if (!translation.ok()) {
    return FaultStatus(Fault::kBug, statement.name, std::string(translation.status().message()));
  }
  auto prepared = SqliteStatement::Prepare(db_.get(), *std::move(translation));
  if (prepared == nullptr) {
    const int code = sqlite3_extended_errcode(db_.get());
    if (code != SQLITE_OK) return Error(code, statement.name);
    return FaultStatus(Fault::kBug, statement.name, "is no statement, or more than one");
  }
  statements_.MakeRoom();
  return statements_.Put(statement.text, std::move(prepared))->get();
}

StatusOr<SqliteStatement*> SqliteConnection::Bound(const Statement& statement,
                                                   const Values& values) {
  ASSIGN_OR_RETURN(SqliteStatement * prepared, Prepared(statement));
  RETURN_IF_ERROR(CheckValues(statement, prepared->translation(), values));
  // PostgreSQL refuses row locks in reads too.
  if (access_ != Access::kWrite && (prepared->writes() || prepared->translation().locks_rows)) {
    return FaultStatus(Fault::kBug, statement.name, "a read may not write or lock");
  }
  if (const int code = prepared->Bind(values); code != SQLITE_OK) {
    prepared->Reset();
    return Error(code, statement.name);
  }
  return prepared;
}

StatusOr<Rows> SqliteConnection::Query(const Statement& statement, const Values& values) {
  ASSIGN_OR_RETURN(SqliteStatement * prepared, Bound(statement, values));
  Table table;
  table.columns = prepared->columns();
  RETURN_IF_ERROR(Finish(statement, *prepared, &table));
  return Rows(std::move(table));
}

StatusOr<int64_t> SqliteConnection::Execute(const Statement& statement, const Values& values) {
  ASSIGN_OR_RETURN(SqliteStatement * prepared, Bound(statement, values));
  const int64_t before = sqlite3_total_changes64(db_.get());
  RETURN_IF_ERROR(Finish(statement, *prepared, nullptr));
  return ChangesSince(before);
}

StatusOr<int64_t> SqliteConnection::ExecuteMany(const Statement& statement, const Values& shared,
                                                const Columns& columns) {
  const size_t count = RowCount(columns);
  if (count == 0) return 0;
  ASSIGN_OR_RETURN(SqliteStatement * prepared, Bound(statement, shared));
  int64_t changes = 0;
  const absl::Cleanup reset = [prepared] { prepared->Reset(); };
  RETURN_IF_ERROR(CheckColumns(statement, prepared->translation(), columns));
  for (size_t row = 0; row < count; ++row) {
    // SQLite's own timer begins anew with each of these short runs.
    if (row % 256 == 255 && patience_.has_ended()) return Error(SQLITE_INTERRUPT, statement.name);
    if (const int code = prepared->BindRow(columns, row); code != SQLITE_OK) {
      return Error(code, statement.name);
    }
    const int64_t before = sqlite3_total_changes64(db_.get());
    int code = prepared->Step();
    while (code == SQLITE_ROW) code = prepared->Step();
    if (code != SQLITE_DONE) return Error(code, statement.name);
    changes += ChangesSince(before);
    prepared->Rewind();
  }
  return changes;
}

// Of the statement that was run last, without those of triggers, which are in the total. One that
// changes no rows leaves the count of the last that did.
int64_t SqliteConnection::ChangesSince(int64_t total) const {
  return sqlite3_total_changes64(db_.get()) == total ? 0 : sqlite3_changes64(db_.get());
}

Status SqliteConnection::Prepare(const Statement& statement) {
  return Prepared(statement).status();
}

Status SqliteConnection::Finish(const Statement& statement, SqliteStatement& prepared,
                                Table* table) {
  int code = prepared.Step();
  while (code == SQLITE_ROW) {
    if (table != nullptr) prepared.AppendRow(*table);
    code = prepared.Step();
  }
  // Before Reset, which sets the connection's error anew.
  const Status status = code == SQLITE_DONE ? absl::OkStatus() : Error(code, statement.name);
  prepared.Reset();
  return status;
}

Status SqliteConnection::Error(int code, std::string_view doing) {
  Fault fault = SqliteFault(code, sqlite3_system_errno(db_.get()));
  if (fault == Fault::kBusy && patience_.has_ended()) fault = Fault::kTimeout;
  if (fault == Fault::kTimeout && patience_.gone.stop_requested()) fault = Fault::kCancelled;
  return FaultStatus(fault, doing, fmt::format("SQLite {}: {}", code, sqlite3_errmsg(db_.get())));
}

}  // namespace rookery::db
