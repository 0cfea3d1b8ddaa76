#include "libs/db/sqlite_statement.h"

#include <fmt/format.h>

#include "libs/db/json_list.h"

namespace rookery::db {
namespace {

// Bound without a copy: the caller's values outlive the run of the statement. A null pointer would
// bind NULL, which an empty text is not.
int BindText(sqlite3_stmt* statement, int index, std::string_view text) {
  return sqlite3_bind_text64(statement, index, text.data() == nullptr ? "" : text.data(),
                             text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

int BindBytes(sqlite3_stmt* statement, int index, std::string_view bytes) {
  return sqlite3_bind_blob64(statement, index, bytes.data() == nullptr ? "" : bytes.data(),
                             bytes.size(), SQLITE_STATIC);
}

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

}  // namespace

std::unique_ptr<SqliteStatement> SqliteStatement::Prepare(sqlite3* db, Translation translation) {
  sqlite3_stmt* handle = nullptr;
  const char* rest = nullptr;
  sqlite3_prepare_v3(db, translation.sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &handle, &rest);
  if (handle == nullptr) return nullptr;
  // SQLite alone would leave a second statement aside without a word.
  sqlite3_stmt* second = nullptr;
  sqlite3_prepare_v2(db, rest, -1, &second, nullptr);
  if (second == nullptr && sqlite3_errcode(db) == SQLITE_OK) {
    return std::unique_ptr<SqliteStatement>(new SqliteStatement(handle, std::move(translation)));
  }
  sqlite3_finalize(second);
  sqlite3_finalize(handle);
  return nullptr;
}

SqliteStatement::SqliteStatement(sqlite3_stmt* handle, Translation translation)
    : handle_(handle), translation_(std::move(translation)) {
  const size_t count = static_cast<size_t>(translation_.values) + translation_.row_types.size();
  for (size_t i = 1; i <= count; ++i) {
    indexes_.push_back(sqlite3_bind_parameter_index(handle, fmt::format("${}", i).c_str()));
  }
}

int SqliteStatement::Bind(const Values& values) {
  // Their texts are bound by address.
  lists_.reserve(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    if (indexes_[i] == 0) continue;
    if (const int code = BindOne(indexes_[i], values[i]); code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

int SqliteStatement::BindOne(int index, const Value& value) {
  sqlite3_stmt* const statement = handle_.get();
  const auto bind_list = [&](const auto* list) {
    return BindText(statement, index, lists_.emplace_back(JsonList(*list)));
  };
  return std::visit(
      Overloaded{
          [&](std::monostate) { return sqlite3_bind_null(statement, index); },
          [&](int64_t number) { return sqlite3_bind_int64(statement, index, number); },
          [&](double number) { return sqlite3_bind_double(statement, index, number); },
          [&](std::string_view text) { return BindText(statement, index, text); },
          [&](Bytes bytes) { return BindBytes(statement, index, bytes.data); },
          [&](const TextList* list) { return bind_list(list); },
          [&](const IntList* list) { return bind_list(list); },
      },
      value);
}

int SqliteStatement::BindRow(const Columns& columns, size_t row) {
  sqlite3_stmt* const statement = handle_.get();
  for (size_t i = 0; i < columns.size(); ++i) {
    const int index = indexes_[static_cast<size_t>(translation_.values) + i];
    const auto bind_string = [&](std::string_view text) {
      return translation_.row_types[i] == RowType::kBytes ? BindBytes(statement, index, text)
                                                          : BindText(statement, index, text);
    };
    const auto bind = Overloaded{
        [&](int64_t number) { return sqlite3_bind_int64(statement, index, number); },
        [&](double number) { return sqlite3_bind_double(statement, index, number); },
        [&](const std::string& text) { return bind_string(text); },
    };
    const int code = std::visit(
        Overloaded{
            [&](const std::vector<std::optional<int64_t>>& column) {
              return column[row] ? bind(*column[row]) : sqlite3_bind_null(statement, index);
            },
            [&](const std::vector<std::optional<std::string>>& column) {
              return column[row] ? bind(*column[row]) : sqlite3_bind_null(statement, index);
            },
            [&](const auto& column) { return bind(column[row]); },
        },
        columns[i]);
    if (code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

void SqliteStatement::Reset() {
  sqlite3_reset(handle_.get());
  sqlite3_clear_bindings(handle_.get());
  lists_.clear();
}

void SqliteStatement::AppendRow(Table& table) const {
  sqlite3_stmt* const statement = handle_.get();
  for (int i = 0; i < table.columns; ++i) {
    switch (sqlite3_column_type(statement, i)) {
      case SQLITE_INTEGER:
        table.AddInt(sqlite3_column_int64(statement, i));
        break;
      case SQLITE_FLOAT:
        table.AddReal(sqlite3_column_double(statement, i));
        break;
      case SQLITE_TEXT:
      case SQLITE_BLOB: {
        const auto* data = static_cast<const char*>(sqlite3_column_blob(statement, i));
        table.AddText({data, static_cast<size_t>(sqlite3_column_bytes(statement, i))});
        break;
      }
      default:
        table.AddNull();
    }
  }
}

}  // namespace rookery::db
