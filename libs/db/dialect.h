// The words that hide where the two databases' SQL differs. README.md lists them for who writes
// .sql files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libs/base/status.h"

namespace rookery::db {

enum class Dialect { kSqlite, kPostgres };

// The type of a column of the word `@rows(...)@`.
enum class RowType { kText, kInt, kReal, kBytes };

// A statement's text in the words of one database.
struct Translation {
  std::string sql;
  // How many values the statement takes: the greatest n of its `$n`.
  int values = 0;
  // The columns of `@rows(...)@`, which are bound as `$(values + 1)` and up: on PostgreSQL each as
  // an array, on SQLite each as one row's value, and the statement runs once for each row.
  std::vector<RowType> row_types;
  // Whether the statement locks the rows that it reads, for which a read transaction is no place.
  bool locks_rows = false;
};

// INTERNAL, with words for the log: an unknown word, a wrong argument, `$0`.
StatusOr<Translation> Translate(Dialect dialect, std::string_view text);

}  // namespace rookery::db
