#include "libs/db/sqlite_functions.h"

#include <algorithm>
#include <cstring>

namespace rookery::db {
namespace {

int CompareBytes(void*, int left_size, const void* left, int right_size, const void* right) {
  const int order = std::memcmp(left, right, static_cast<size_t>(std::min(left_size, right_size)));
  return order != 0 ? order : left_size - right_size;
}

void ILike(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(arguments[0]));
  const auto* pattern = reinterpret_cast<const char*>(sqlite3_value_text(arguments[1]));
  if (text == nullptr || pattern == nullptr) {
    sqlite3_result_null(context);
  } else {
    sqlite3_result_int(context, sqlite3_strlike(pattern, text, /*cEsc=*/0) == 0);
  }
}

}  // namespace

int RegisterFunctions(sqlite3* db) {
  const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  if (int code = sqlite3_create_collation(db, "C", SQLITE_UTF8, nullptr, CompareBytes);
      code != SQLITE_OK) {
    return code;
  }
  if (int code =
          sqlite3_create_function(db, "rookery_ilike", 2, flags, nullptr, ILike, nullptr, nullptr);
      code != SQLITE_OK) {
    return code;
  }
  return sqlite3_exec(db, "PRAGMA case_sensitive_like = ON", nullptr, nullptr, nullptr);
}

}  // namespace rookery::db
