#pragma once

#include <string_view>

#include "libs/base/status.h"
#include "libs/db/postgres_handle.h"
#include "libs/db/rows.h"

namespace rookery::db {

// The rows of a result in binary form. INTERNAL: a column is of a type that is not read here;
// `statement` is its name, for the log.
StatusOr<Rows> FromPostgres(std::string_view statement, PostgresResult answer);

}  // namespace rookery::db
