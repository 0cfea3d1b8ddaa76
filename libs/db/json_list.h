// Lists as JSON arrays, for SQLite's json_each.
#pragma once

#include <string>

#include "libs/db/database.h"

namespace rookery::db {

std::string JsonList(const TextList& texts);
std::string JsonList(const IntList& numbers);

}  // namespace rookery::db
