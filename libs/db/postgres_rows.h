#pragma once

#include <pqxx/result>

#include "libs/db/rows.h"

namespace rookery::db {

// Copies a result out of libpqxx. Needs bytea_output = hex. A `numeric`, which PostgreSQL makes of
// sums of integers, is an integer if it is written as one and fits, else a double.
Rows FromPostgres(const pqxx::result& result);

}  // namespace rookery::db
