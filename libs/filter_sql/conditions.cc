#include "libs/filter_sql/conditions.h"

#include <fmt/format.h>

#include <limits>

#include "libs/checks/text.h"

namespace rookery::filter {
namespace {

constexpr double kGreatest = std::numeric_limits<double>::max();

// Integers are compared as integers as long as the number is one.
void AddIntegerComparison(const Clause& clause, const Column& column, db::QueryText* query) {
  const Number& number = std::get<Number>(clause.value);
  if (number.integer) {
    query->Add("{} {} {}", column.sql, Name(clause.op), query->Bind(*number.integer));
  } else {
    query->Add("CAST({0} AS DOUBLE PRECISION) {1} CAST({2} AS DOUBLE PRECISION)", column.sql,
               Name(clause.op), query->Bind(number.real));
  }
}

void AddRealComparison(const Clause& clause, const Column& column, db::QueryText* query) {
  const double value = std::get<Number>(clause.value).real;
  std::string left = column.sql;
  if (value >= kGreatest || value <= -kGreatest) {
    const std::string greatest = query->Bind(kGreatest);
    const std::string least = query->Bind(-kGreatest);
    left = fmt::format("CASE WHEN {0} > {1} THEN {1} WHEN {0} < {2} THEN {2} ELSE {0} END",
                       column.sql, greatest, least);
  }
  const std::string comparison = fmt::format("{} {} {}", left, Name(clause.op), query->Bind(value));
  if (column.is_nan.empty()) {
    query->Add("{}", comparison);
  } else if (clause.op == Operator::kNotEqual) {
    query->Add("({} OR {} = 1)", comparison, column.is_nan);
  } else {
    query->Add("{} AND {} = 0", comparison, column.is_nan);
  }
}

void AddTextComparison(const Clause& clause, const Column& column, db::QueryText* query) {
  if (const auto* list = std::get_if<TextList>(&clause.value)) {
    query->Add("{}({} @any_text({})@)", clause.op == Operator::kNotIn ? "NOT " : "", column.sql,
               query->Bind(list));
    return;
  }
  const std::string& text = std::get<std::string>(clause.value);
  const std::string value = query->Bind(std::string_view(text));
  if (clause.op == Operator::kLike) {
    query->Add("@like({}, {})@", column.sql, value);
  } else if (clause.op == Operator::kIlike) {
    query->Add("@ilike({}, {})@", column.sql, value);
  } else {
    query->Add("{} {} {}", column.sql, Name(clause.op), value);
    if (clause.op == Operator::kEqual && column.begin_is_indexed) {
      std::string begin = text;
      CutToCharacters(&begin, kIndexedCharacters);
      query->Add(" AND {} = {}", IndexedBegin(column.sql), query->BindOwned(std::move(begin)));
    }
  }
}

}  // namespace

std::string IndexedBegin(std::string_view sql) {
  return fmt::format("substr({}, 1, {}) COLLATE \"C\"", sql, kIndexedCharacters);
}

void AddComparison(const Clause& clause, const Column& column, db::QueryText* query) {
  switch (column.kind) {
    case Column::Kind::kInteger:
      AddIntegerComparison(clause, column, query);
      break;
    case Column::Kind::kReal:
      AddRealComparison(clause, column, query);
      break;
    case Column::Kind::kText:
      AddTextComparison(clause, column, query);
      break;
  }
}

void AddExists(const Clause& clause, const Rows& rows, const Column& value, db::QueryText* query) {
  query->Add("{}EXISTS (SELECT 1 FROM {} WHERE {}", clause.op == Operator::kIsNull ? "NOT " : "",
             rows.table, rows.belongs);
  if (!rows.key.empty()) {
    query->Add(" AND {} = {}", rows.key, query->Bind(std::string_view(clause.key)));
  }
  if (clause.op != Operator::kIsNull && clause.op != Operator::kIsNotNull) {
    query->Add(" AND ");
    AddComparison(clause, value, query);
  }
  query->Add(")");
}

}  // namespace rookery::filter
