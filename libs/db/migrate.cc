#include "libs/db/migrate.h"

#include <absl/strings/ascii.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <string>

#include "libs/db/sql.h"

namespace rookery::db {
namespace {

// The newest migration in the database; version 0 if there is none.
struct Applied {
  int64_t version = 0;
  int64_t oldest_program = 0;
};

StatusOr<Applied> ReadVersion(Transaction& transaction, std::string_view component) {
  ASSIGN_OR_RETURN(const auto table, transaction.QueryOne(sql::kFindVersionsTable, {}));
  if (!table) return Applied{};
  ASSIGN_OR_RETURN(const auto row, transaction.QueryOne(sql::kGetVersion, {component}));
  if (!row) return Applied{};
  return Applied{row->Int(0), row->Int(1)};
}

int64_t Newest(const Schema& schema) { return static_cast<int64_t>(schema.migrations.size()); }

// A newer schema must allow this program.
Status CheckNotTooNew(const Schema& schema, const Applied& applied) {
  if (applied.version <= Newest(schema) || applied.oldest_program <= Newest(schema)) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(fmt::format(
      "The {} schema in the database is at version {} and needs a program that knows version {}; "
      "this one knows {}. Run a newer Rookery.",
      schema.component, applied.version, applied.oldest_program, Newest(schema)));
}

Status CheckNumbers(const Schema& schema) {
  int expected = 1;
  for (const Migration& migration : schema.migrations) {
    if (migration.version != expected++ || migration.oldest_program < 1 ||
        migration.oldest_program > migration.version) {
      return absl::InternalError(
          fmt::format("The migrations of {} are not numbered 1, 2, 3, ...", schema.component));
    }
  }
  return absl::OkStatus();
}

// Runs the statements of a script, each of which ends with `;` at the end of a line. Comments have
// lines of their own, so that a `;` in them ends nothing.
Status RunScript(Transaction& transaction, std::string_view name, std::string_view script) {
  std::string statement;
  const auto run = [&]() -> Status {
    if (statement.empty()) return absl::OkStatus();
    const Status status = transaction.Execute(Statement{name, statement}, {}).status();
    statement.clear();
    return status;
  };
  while (!script.empty()) {
    const size_t end = std::min(script.find('\n'), script.size());
    std::string_view line = script.substr(0, end);
    script.remove_prefix(std::min(end + 1, script.size()));
    while (!line.empty() && absl::ascii_isspace(line.back())) line.remove_suffix(1);
    const size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string_view::npos || line.substr(begin).starts_with("--")) continue;
    statement.append(line).push_back('\n');
    if (line.ends_with(';')) RETURN_IF_ERROR(run());
  }
  return run();
}

Status Apply(Transaction& transaction, const Schema& schema, const Migration& migration,
             const Clock& clock) {
  const std::string name = fmt::format("migration {} of {}", migration.version, schema.component);
  spdlog::info("Database: applying {}", name);
  const Status status = RunScript(transaction, name, migration.sql);
  if (!status.ok()) return Prefixed(fmt::format("Applying {}: ", name), status);
  const Values values = {schema.component, int64_t{migration.version},
                         int64_t{migration.oldest_program}, clock.NowMs()};
  return transaction.Execute(sql::kInsertVersion, values).status();
}

}  // namespace

Status Upgrade(Database& database, const Schema& schema, const Clock& clock) {
  RETURN_IF_ERROR(CheckNumbers(schema));
  for (bool done = false; !done;) {
    RETURN_IF_ERROR(database.Write(absl::InfiniteFuture(), [&](Transaction& transaction) -> Status {
      RETURN_IF_ERROR(transaction.LockSchema());
      ASSIGN_OR_RETURN(const Applied applied, ReadVersion(transaction, schema.component));
      done = applied.version >= Newest(schema);
      if (done) return CheckNotTooNew(schema, applied);
      RETURN_IF_ERROR(transaction.Execute(sql::kCreateVersions, {}));
      // A new schema is made whole, so that no program that starts meanwhile takes it for an old
      // one. On an old one, what was applied stays applied if a later migration fails.
      const auto missing = schema.migrations.subspan(static_cast<size_t>(applied.version));
      for (const Migration& next : applied.version == 0 ? missing : missing.first(1)) {
        RETURN_IF_ERROR(Apply(transaction, schema, next, clock));
      }
      return absl::OkStatus();
    }));
  }
  return absl::OkStatus();
}

Status CreateOrCheck(Database& database, const Schema& schema, const Clock& clock) {
  ASSIGN_OR_RETURN(const Applied applied,
                   database.Read(absl::InfiniteFuture(), [&](Transaction& transaction) {
                     return ReadVersion(transaction, schema.component);
                   }));
  if (applied.version == 0) return Upgrade(database, schema, clock);
  if (applied.version < Newest(schema)) {
    return absl::FailedPreconditionError(
        fmt::format("The {} schema in the database is at version {}, and this program needs {}. "
                    "Run `rookery db "
                    "upgrade`.",
                    schema.component, applied.version, Newest(schema)));
  }
  return CheckNotTooNew(schema, applied);
}

}  // namespace rookery::db
