#include "libs/db/sqlite_functions.h"

#include <algorithm>
#include <cstring>
#include <memory>

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

struct CloseBlob {
  void operator()(sqlite3_blob* blob) const { sqlite3_blob_close(blob); }
};
using Blob = std::unique_ptr<sqlite3_blob, CloseBlob>;

// A column of a row, open for reading. It is kept until the statement ends, for the next slice:
// SQLite finds its way to a place in a long value by going through all that is before, and an open
// one remembers it.
struct OpenRow {
  sqlite3_int64 rowid = 0;
  Blob blob;
};

// Null if the row cannot be read: the result is the error then.
sqlite3_blob* OpenAt(sqlite3_context* context, sqlite3_value** arguments) {
  const sqlite3_int64 rowid = sqlite3_value_int64(arguments[2]);
  auto* row = static_cast<OpenRow*>(sqlite3_get_auxdata(context, 0));
  if (row != nullptr && row->blob && row->rowid == rowid) return row->blob.get();
  auto opened = std::make_unique<OpenRow>();
  opened->rowid = rowid;
  sqlite3_blob* blob = nullptr;
  const auto text = [&](int number) {
    return reinterpret_cast<const char*>(sqlite3_value_text(arguments[number]));
  };
  const int code = sqlite3_blob_open(sqlite3_context_db_handle(context), "main", text(0), text(1),
                                     rowid, /*flags=*/0, &blob);
  opened->blob.reset(blob);
  if (code != SQLITE_OK) {
    sqlite3_result_error_code(context, code);
    return nullptr;
  }
  sqlite3_set_auxdata(context, 0, opened.release(),
                      [](void* data) { delete static_cast<OpenRow*>(data); });
  // SQLite may have let go of it at once.
  row = static_cast<OpenRow*>(sqlite3_get_auxdata(context, 0));
  if (row == nullptr) sqlite3_result_error_nomem(context);
  return row == nullptr ? nullptr : row->blob.get();
}

// As substr: what lies behind the end is not there.
void Slice(sqlite3_context* context, int, sqlite3_value** arguments) {
  sqlite3_blob* const blob = OpenAt(context, arguments);
  if (blob == nullptr) return;
  const sqlite3_int64 all = sqlite3_blob_bytes(blob);
  const auto offset = std::clamp<sqlite3_int64>(sqlite3_value_int64(arguments[3]), 0, all);
  const auto size = std::clamp<sqlite3_int64>(sqlite3_value_int64(arguments[4]), 0, all - offset);
  if (size == 0) return sqlite3_result_zeroblob(context, 0);
  void* const bytes = sqlite3_malloc64(static_cast<sqlite3_uint64>(size));
  if (bytes == nullptr) return sqlite3_result_error_nomem(context);
  const int code = sqlite3_blob_read(blob, bytes, static_cast<int>(size), static_cast<int>(offset));
  if (code == SQLITE_OK) {
    sqlite3_result_blob64(context, bytes, static_cast<sqlite3_uint64>(size), sqlite3_free);
  } else {
    sqlite3_free(bytes);
    sqlite3_result_error_code(context, code);
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
  if (int code = sqlite3_create_function(db, "rookery_slice", 5, SQLITE_UTF8 | SQLITE_DIRECTONLY,
                                         nullptr, Slice, nullptr, nullptr);
      code != SQLITE_OK) {
    return code;
  }
  return sqlite3_exec(db, "PRAGMA case_sensitive_like = ON", nullptr, nullptr, nullptr);
}

}  // namespace rookery::db
