#include "libs/db/database.h"

#include "libs/db/postgres_database.h"
#include "libs/db/sqlite_database.h"
#include "libs/db/uri.h"

namespace rookery::db {

StatusOr<std::optional<Row>> Transaction::QueryOne(const Statement& statement,
                                                   const Values& values) {
  ASSIGN_OR_RETURN(const Rows rows, Query(statement, values));
  if (rows.empty()) return std::nullopt;
  return rows[0];
}

StatusOr<std::unique_ptr<Database>> Database::Open(std::string_view uri, const Options& options) {
  if (options.max_connections < 1) {
    return absl::InvalidArgumentError("A database needs at least one connection.");
  }
  ASSIGN_OR_RETURN(const Target target, ParseUri(uri));
  if (const auto* sqlite = std::get_if<SqliteTarget>(&target)) {
    return OpenSqlite(sqlite->path, options);
  }
  return OpenPostgres(std::get<PostgresTarget>(target).uri, options);
}

}  // namespace rookery::db
