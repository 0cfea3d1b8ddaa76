// The seam between the stores and the database. One SQL text runs on PostgreSQL and SQLite; what
// differs between them is named in README.md and hidden behind this header.
#pragma once

#include <absl/functional/function_ref.h>
#include <absl/time/time.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "libs/base/status.h"
#include "libs/db/patience.h"
#include "libs/db/rows.h"
#include "libs/metrics/registry.h"

namespace rookery::db {

// One SQL statement, made at compile time from a .sql file (see rookery_sql in
// cmake/Rookery.cmake). `text` has `$1`-style parameters and the `@...@` words that README.md
// lists. A text made at run time must live until the call returns; bind what users give, never
// write it into the text.
struct Statement {
  std::string_view name;
  std::string_view text;
  // Whether PostgreSQL plans each call for its values, as a search needs: whether a filter leaves
  // few rows or most is what its best plan depends on. Otherwise it plans once and for all.
  bool plans_for_values = false;
};

struct Bytes {
  std::string_view data;
};
using TextList = std::vector<std::string>;
using IntList = std::vector<int64_t>;

// A bound parameter: NULL, integer, double (NaN becomes NULL on SQLite), text, bytes, or a list for
// the word `@any_text($1)@` or `@any_int($1)@`. What it points at must live until the call returns.
using Value = std::variant<std::monostate, int64_t, double, std::string_view, Bytes,
                           const TextList*, const IntList*>;
using Values = std::vector<Value>;

// NULL for nothing.
inline Value OrNull(const std::optional<int64_t>& value) { return value ? Value(*value) : Value(); }
inline Value OrNull(const std::optional<std::string>& value) {
  return value ? Value(std::string_view(*value)) : Value();
}

// The rows of a bulk write, by columns of equal length. Strings are texts or bytes, as
// `@rows(...)@` says.
using Column =
    std::variant<std::vector<int64_t>, std::vector<double>, std::vector<std::string>,
                 std::vector<std::optional<int64_t>>, std::vector<std::optional<std::string>>>;
using Columns = std::vector<Column>;

// One transaction, lent to a body (see Database). Used by one thread at a time.
//
// Errors of all calls: INVALID_ARGUMENT (a text that is not UTF-8 or holds the character NUL, a
// value that is too large), ALREADY_EXISTS (a unique key is taken), FAILED_PRECONDITION (another
// constraint), ABORTED (deadlock or serialization failure; Database::Write runs the body again),
// DEADLINE_EXCEEDED, CANCELLED (the caller has gone), UNAVAILABLE (the database is gone, busy, full
// or read-only), DATA_LOSS (its file is damaged), INTERNAL (a bug; the log has the statement's name
// and the driver's words). Messages are fit for clients: they hold no SQL, no table names and no
// paths.
//
// The first error ends the transaction: it is the answer to all later calls, and nothing is
// committed even if the body returns OK. (PostgreSQL works so; SQLite is made to.) What may be
// taken already is to be written `ON CONFLICT DO NOTHING`.
class Transaction {
 public:
  virtual ~Transaction() = default;

  virtual StatusOr<Rows> Query(const Statement& statement, const Values& values) = 0;

  // Returns the number of rows that were written.
  virtual StatusOr<int64_t> Execute(const Statement& statement, const Values& values) = 0;

  // Runs a statement that holds the word `@rows(name type, ...)@` for all rows of `columns`; no
  // rows, no statement. Returns the number of rows that were written. `shared` are the values of
  // `$1` and up, the same for every row. Sort the rows by key: unsorted upserts of two transactions
  // deadlock. No two rows of an upsert may have the same key.
  virtual StatusOr<int64_t> ExecuteMany(const Statement& statement, const Values& shared,
                                        const Columns& columns) = 0;
  StatusOr<int64_t> ExecuteMany(const Statement& statement, const Columns& columns) {
    return ExecuteMany(statement, Values(), columns);
  }

  // Compiles the statement and does not run it: INTERNAL if the database does not take it.
  virtual Status Prepare(const Statement& statement) = 0;

  // Waits for its turn among the transactions that change the schema, until the end of this one.
  virtual Status LockSchema() = 0;

  // The first row, or nothing.
  StatusOr<std::optional<Row>> QueryOne(const Statement& statement, const Values& values);
};

// A database with its connections. Thread-safe. A body must not begin another transaction: each
// holds a connection, and all of them could wait for one more.
class Database {
 public:
  struct Options {
    // PostgreSQL: connections at most. SQLite: readers at most, beside the one writer.
    int max_connections = 16;
    // May be null; outlives the database.
    metrics::Registry* metrics = nullptr;
  };

  // `uri` is `sqlite:///relative/file`, `sqlite:////absolute/file` or `postgresql://...`;
  // SQLAlchemy's driver suffixes (`postgresql+psycopg2://`) are taken and ignored.
  // INVALID_ARGUMENT: not such a URI. `sqlite://` is a database in memory, which dies with this
  // object; its reads and writes take turns. UNAVAILABLE: the file or the server cannot be reached;
  // the message says why, without the password. DATA_LOSS: the file is no SQLite database.
  // FAILED_PRECONDITION: PostgreSQL's encoding is not UTF8.
  static StatusOr<std::unique_ptr<Database>> Open(std::string_view uri, const Options& options);

  virtual ~Database() = default;

  // The body sees one snapshot and may not write (INTERNAL). It runs on the calling thread, and
  // again where Write says so.
  template <typename Body>
  auto Read(const Patience& patience, Body&& body) {
    return Returning<std::invoke_result_t<Body, Transaction&>>(
        body, [&](BodyRef run) { return RunRead(patience, run); });
  }

  // The same for a body that makes one query at most (a second is INTERNAL), which then costs one
  // round trip and not three: one statement is a snapshot without BEGIN and COMMIT around it.
  template <typename Body>
  auto ReadOnce(const Patience& patience, Body&& body) {
    return Returning<std::invoke_result_t<Body, Transaction&>>(
        body, [&](BodyRef run) { return RunReadOnce(patience, run); });
  }

  // Commits if the body returns OK, else rolls back. The body runs again, at most five times in
  // all, on ABORTED and if a connection that lay idle proves dead before the commit: it must not
  // keep what an earlier run computed. On return of OK the data is on disk. UNAVAILABLE, if the
  // connection breaks during the commit, leaves open whether the data was kept; the message says
  // so.
  template <typename Body>
  auto Write(const Patience& patience, Body&& body) {
    return Returning<std::invoke_result_t<Body, Transaction&>>(
        body, [&](BodyRef run) { return RunWrite(patience, run); });
  }

  // Says that about `dead_bytes` of a table were deleted since their space was last made fit for
  // use again, and has that done if it is worth the effort: PostgreSQL vacuums once they are a
  // tenth of the table, which its autovacuum would find out a minute later. SQLite sees to it by
  // itself. Returns whether it was done. Takes as long as the table is large.
  virtual StatusOr<bool> Reclaim(const Patience& patience, std::string_view table,
                                 int64_t dead_bytes) = 0;

 protected:
  using BodyRef = absl::FunctionRef<Status(Transaction&)>;
  virtual Status RunRead(const Patience& patience, BodyRef body) = 0;
  virtual Status RunReadOnce(const Patience& patience, BodyRef body) = 0;
  virtual Status RunWrite(const Patience& patience, BodyRef body) = 0;

 private:
  // Lets a body return StatusOr<T> or Status, and gives the same type to the caller.
  template <typename Result, typename Body, typename Run>
  static Result Returning(Body& body, Run&& run) {
    if constexpr (std::is_same_v<Result, Status>) {
      return run([&](Transaction& transaction) { return body(transaction); });
    } else {
      std::optional<Result> result;
      Status status = run([&](Transaction& transaction) {
        result.emplace(body(transaction));
        return result->status();
      });
      if (!status.ok()) return status;
      return *std::move(result);
    }
  }
};

}  // namespace rookery::db
