#pragma once

#include <memory>
#include <string>

#include "libs/db/database.h"

namespace rookery::db {

// See Database::Open. Connects once, to tell at once what is wrong.
StatusOr<std::unique_ptr<Database>> OpenPostgres(const std::string& uri,
                                                 const Database::Options& options);

}  // namespace rookery::db
