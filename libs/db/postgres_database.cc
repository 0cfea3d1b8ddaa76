#include "libs/db/postgres_database.h"

#include <absl/strings/str_join.h>
#include <absl/strings/str_split.h>
#include <absl/time/clock.h>
#include <fmt/format.h>

#include "libs/db/errors.h"
#include "libs/db/pooled_database.h"
#include "libs/db/postgres_connection.h"

namespace rookery::db {
namespace {

// While requests come, the reason is for the log, and clients learn only that it is no fault of
// theirs.
StatusOr<std::unique_ptr<Connection>> Reconnect(const std::string& uri, absl::Time deadline) {
  auto connection = PostgresConnection::Open(uri, deadline);
  if (connection.ok()) return connection;
  const std::string words(connection.status().message());
  Fault fault = Fault::kUnreachable;
  if (absl::Now() >= deadline) {
    fault = Fault::kTimeout;
  } else if (words.find("too many") != std::string::npos ||
             words.find("connection slots") != std::string::npos) {
    // libpq gives no SQLSTATE for what fails at connecting.
    fault = Fault::kTooManyConnections;
  }
  return FaultStatus(fault, "connecting", words);
}

}  // namespace

StatusOr<std::unique_ptr<Database>> OpenPostgres(const std::string& uri,
                                                 const Database::Options& options) {
  auto first = PostgresConnection::Open(uri, absl::InfiniteFuture());
  if (!first.ok()) {
    // libpq's words come in several lines; whoever starts a program gets one.
    return Status(
        first.status().code(),
        fmt::format("The database cannot be used: {}",
                    absl::StrJoin(absl::StrSplit(std::string(first.status().message()),
                                                 absl::ByAnyChar("\n\t"), absl::SkipWhitespace()),
                                  " ")));
  }
  auto pool = std::make_unique<Pool>(
      options.max_connections, [uri](absl::Time deadline) { return Reconnect(uri, deadline); },
      PoolMetrics(options.metrics, "all", options.max_connections));
  pool->Add(*std::move(first));
  return std::make_unique<PooledDatabase>(std::move(pool), nullptr, options.metrics);
}

}  // namespace rookery::db
