// Bound values as PostgreSQL reads them: in text format.
#pragma once

#include <pqxx/strconv>
#include <string>
#include <vector>

#include "libs/db/database.h"
#include "libs/db/dialect.h"

namespace rookery::db {

// A value, or a column of rows as an array. Refers to what the caller holds.
struct PostgresParameter {
  const Value* value = nullptr;
  const Column* column = nullptr;
  RowType type = RowType::kText;
};

// The values, then the columns (whose types are `row_types`).
std::vector<PostgresParameter> Parameters(const Values& values,
                                          const std::vector<RowType>& row_types,
                                          const Columns& columns);

std::string ToPostgresText(const PostgresParameter& parameter);

}  // namespace rookery::db

namespace pqxx {

// Lets libpqxx take a PostgresParameter; it asks for no more than this.
template <>
struct string_traits<rookery::db::PostgresParameter> {
  static bool is_null(const rookery::db::PostgresParameter& parameter) {
    return parameter.value != nullptr && std::holds_alternative<std::monostate>(*parameter.value);
  }
  static std::string to_string(const rookery::db::PostgresParameter& parameter) {
    return rookery::db::ToPostgresText(parameter);
  }
};

}  // namespace pqxx
