// One prepared statement of SQLite.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>
#include <vector>

#include "libs/db/database.h"
#include "libs/db/dialect.h"

namespace rookery::db {

// Not thread-safe. Ends before its connection.
class SqliteStatement {
 public:
  // On error null, and the connection holds the code.
  static std::unique_ptr<SqliteStatement> Prepare(sqlite3* db, Translation translation);

  const Translation& translation() const { return translation_; }
  bool writes() const { return sqlite3_stmt_readonly(handle_.get()) == 0; }

  // Bind and Step return SQLite's result codes. What is bound must live until Reset.
  int Bind(const Values& values);
  int BindRow(const Columns& columns, size_t row);
  int Step() { return sqlite3_step(handle_.get()); }
  // Makes the statement ready to run again with the same values.
  void Rewind() { sqlite3_reset(handle_.get()); }
  // Also lets go of the values.
  void Reset();

  // Reads the row that Step found.
  void AppendRow(Table& table) const;
  int columns() const { return sqlite3_column_count(handle_.get()); }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };

  SqliteStatement(sqlite3_stmt* handle, Translation translation);
  int BindOne(int index, const Value& value);

  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
  const Translation translation_;
  // SQLite numbers parameters as they occur: indexes_[n - 1] is where `$n` is, 0 if nowhere.
  std::vector<int> indexes_;
  // The lists that are bound, as JSON.
  std::vector<std::string> lists_;
};

}  // namespace rookery::db
