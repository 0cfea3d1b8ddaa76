// Checks of bound values that hold for both databases.
#pragma once

#include <cstddef>
#include <string_view>

#include "libs/base/status.h"
#include "libs/db/database.h"
#include "libs/db/dialect.h"

namespace rookery::db {

// INVALID_ARGUMENT if PostgreSQL could not store `text`: NUL, or bytes that are not UTF-8.
Status CheckText(std::string_view text);

// Texts as CheckText, and as many values as the statement takes (INTERNAL).
Status CheckValues(const Statement& statement, const Translation& translation,
                   const Values& values);

// Texts as CheckText, and the columns' number, types and equal length (INTERNAL).
Status CheckColumns(const Statement& statement, const Translation& translation,
                    const Columns& columns);

// How many rows `columns` hold.
size_t RowCount(const Columns& columns);

}  // namespace rookery::db
