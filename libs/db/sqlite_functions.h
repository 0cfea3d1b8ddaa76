#pragma once

#include <sqlite3.h>

namespace rookery::db {

// Registers what makes SQLite speak as PostgreSQL does: the collation "C", LIKE that minds case,
// and rookery_ilike(text, pattern), the word `@ilike(...)@`. Returns SQLite's result code.
int RegisterFunctions(sqlite3* db);

}  // namespace rookery::db
