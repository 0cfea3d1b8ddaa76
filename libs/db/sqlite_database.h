#pragma once

#include <memory>
#include <string>

#include "libs/db/database.h"

namespace rookery::db {

// See Database::Open. Makes the file if there is none; its folder must exist. An empty path is a
// database in memory.
StatusOr<std::unique_ptr<Database>> OpenSqlite(const std::string& path,
                                               const Database::Options& options);

}  // namespace rookery::db
