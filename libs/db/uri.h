// Database URIs, as SQLAlchemy and MLflow's users write them.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "libs/base/status.h"

namespace rookery::db {

struct SqliteTarget {
  // Empty: in memory.
  std::string path;
};

struct PostgresTarget {
  // As libpq takes it, without SQLAlchemy's driver suffix. May hold a password.
  std::string uri;
};

using Target = std::variant<SqliteTarget, PostgresTarget>;

// INVALID_ARGUMENT: not such a URI. The message does not repeat it, for it may hold a password.
StatusOr<Target> ParseUri(std::string_view uri);

// The URI with libpq's `parameters` ("a=1&b=2") as defaults: what the URI itself says goes before.
std::string WithDefaults(std::string_view postgres_uri, std::string_view parameters);

// The URI without what may be secret in it (user, password, parameters), fit to be printed.
std::string WithoutCredentials(std::string_view uri);

}  // namespace rookery::db
