#include "libs/db/sqlite_database.h"

#include "libs/db/pooled_database.h"
#include "libs/db/sqlite_connection.h"

namespace rookery::db {

StatusOr<std::unique_ptr<Database>> OpenSqlite(const std::string& path,
                                               const Database::Options& options) {
  const auto open = [path](absl::Time) { return SqliteConnection::Open(path); };
  ASSIGN_OR_RETURN(auto first, SqliteConnection::Open(path));
  // SQLite has one writer at a time. Ours waits for its turn here, where waiting is fair to
  // deadlines and costs nothing, and not on the file's lock.
  auto writers = std::make_unique<Pool>(1, open, PoolMetrics(options.metrics, "writers", 1));
  writers->Add(std::move(first));
  // Another connection to memory would be another database.
  if (path.empty()) {
    return std::make_unique<PooledDatabase>(std::move(writers), nullptr, options.metrics);
  }
  auto readers =
      std::make_unique<Pool>(options.max_connections, open,
                             PoolMetrics(options.metrics, "readers", options.max_connections));
  return std::make_unique<PooledDatabase>(std::move(readers), std::move(writers), options.metrics);
}

}  // namespace rookery::db
