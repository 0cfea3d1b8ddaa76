#pragma once

#include <sqlite3.h>

namespace rookery::db {

// Registers what makes SQLite speak as PostgreSQL does: the collation "C", LIKE that minds case,
// rookery_ilike(text, pattern), the word `@ilike(...)@`, and rookery_slice(table, column, rowid,
// offset, size), the word `@slice(...)@`. Returns SQLite's result code.
int RegisterFunctions(sqlite3* db);

}  // namespace rookery::db
