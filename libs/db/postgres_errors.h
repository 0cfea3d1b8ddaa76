#pragma once

#include <libpq-fe.h>

#include <string_view>

#include "libs/db/errors.h"

namespace rookery::db {

// Reads an SQLSTATE, which is not that of a broken connection.
Fault PostgresFault(std::string_view sqlstate);

// Empty if the server did not say what is wrong, or was not reached. `result` may be null.
std::string_view SqlstateOf(const PGresult* result);

// What the exception that is being handled means. To be called in a `catch` block.
Status HandledException(std::string_view doing);

}  // namespace rookery::db
