#pragma once

#include <string_view>

#include "libs/db/errors.h"

namespace rookery::db {

// Reads an SQLSTATE, which is not that of a broken connection.
Fault PostgresFault(std::string_view sqlstate);

// What the exception that is being handled means. To be called in a `catch` block.
Status HandledException(std::string_view doing);

}  // namespace rookery::db
