#pragma once

#include <sqlite3.h>

#include "libs/db/errors.h"

namespace rookery::db {

// Reads an extended result code of SQLite. `system_errno` is sqlite3_system_errno()'s.
Fault SqliteFault(int code, int system_errno);

}  // namespace rookery::db
