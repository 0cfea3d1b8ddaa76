// Bound values as PostgreSQL reads them.
#pragma once

#include <string>
#include <vector>

#include "libs/db/database.h"
#include "libs/db/dialect.h"

namespace rookery::db {

// Lists, columns and bytes in binary form, as whose types a statement names them; texts and
// numbers in text form, which PostgreSQL reads as whatever type it finds the parameter to have.
// What the values and columns point at must live as long.
class PostgresParameters {
 public:
  // The values, then the columns (whose types are `row_types`) as arrays.
  PostgresParameters(const Values& values, const std::vector<RowType>& row_types,
                     const Columns& columns);
  // It points into itself.
  PostgresParameters(const PostgresParameters&) = delete;
  PostgresParameters& operator=(const PostgresParameters&) = delete;

  // As PQexecParams takes them.
  int count() const { return static_cast<int>(pointers_.size()); }
  const char* const* pointers() const { return pointers_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  enum Format { kText = 0, kBinary = 1 };

  void Add(const Value& value);
  void AddOwn(std::string bytes, Format format);
  // `data` is null for NULL.
  void AddPointer(const char* data, size_t size, Format format);

  // Never grows beyond what it reserved.
  std::vector<std::string> own_;
  std::vector<const char*> pointers_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

}  // namespace rookery::db
