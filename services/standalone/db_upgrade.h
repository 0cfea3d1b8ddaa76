// `rookery db upgrade`.
#pragma once

#include <string>

#include "libs/base/status.h"

namespace rookery::standalone {

// Brings all services' tables in the database to this program's schema, and says so.
Status UpgradeDatabase(const std::string& uri);

}  // namespace rookery::standalone
