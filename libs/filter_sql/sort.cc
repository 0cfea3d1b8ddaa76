#include "libs/filter_sql/sort.h"

#include <fmt/format.h>

namespace rookery::filter {
namespace {

constexpr int64_t kNaN = 1;
constexpr int64_t kNull = 2;

bool HasRank(const SortTerm& term) { return term.nullable || !term.column.is_nan.empty(); }

std::string Rank(const SortTerm& term) {
  const Column& column = term.column;
  std::string sql = "CASE";
  // Without a row there is no flag either.
  if (!column.is_nan.empty()) sql += fmt::format(" WHEN {} = 1 THEN {}", column.is_nan, kNaN);
  if (term.nullable) sql += fmt::format(" WHEN {} IS NULL THEN {}", column.sql, kNull);
  return sql + " ELSE 0 END";
}

std::string Ordered(const Column& column) {
  return column.kind == Column::Kind::kText ? fmt::format("{} COLLATE \"C\"", column.sql)
                                            : column.sql;
}

std::string BindPlace(const Place& place, db::QueryText* query) {
  if (const auto* integer = std::get_if<int64_t>(&place.value)) return query->Bind(*integer);
  if (const auto* real = std::get_if<double>(&place.value)) return query->Bind(*real);
  return query->Bind(std::string_view(std::get<std::string>(place.value)));
}

}  // namespace

void AddSortColumns(const Sort& sort, db::QueryText* query) {
  for (const SortTerm& term : sort) {
    query->Add(", {}, {}", HasRank(term) ? Rank(term) : "0", term.column.sql);
  }
}

void AddOrderBy(const Sort& sort, db::QueryText* query) {
  std::string_view separator = " ORDER BY ";
  for (const SortTerm& term : sort) {
    if (HasRank(term)) {
      query->Add("{}{}", separator, Rank(term));
      separator = ", ";
    }
    query->Add("{}{}{}", separator, Ordered(term.column), term.ascending ? "" : " DESC");
    separator = ", ";
  }
}

// (a after A) OR (a = A AND ((b after B) OR (b = B AND ...))). That a is not before A follows, but
// only said so an index on it can be entered at A.
void AddAfter(const Sort& sort, const Cursor& cursor, db::QueryText* query) {
  size_t open = 0;
  for (size_t i = 0; i < sort.size(); ++i) {
    const SortTerm& term = sort[i];
    const Place& place = cursor[i];
    const bool has_value = place.rank == 0;
    const std::string value = has_value ? BindPlace(place, query) : "";
    const std::string ordered = Ordered(term.column);
    const std::string_view beyond = term.ascending ? ">" : "<";
    if (!HasRank(term)) {
      if (i == 0) query->Add("{} {}= {} AND ", ordered, beyond, value);
      query->Add("({} {} {}", ordered, beyond, value);
      if (i + 1 < sort.size()) query->Add(" OR {} = {} AND ", ordered, value);
    } else {
      const std::string rank = Rank(term);
      query->Add("({} > {}", rank, place.rank);
      if (has_value) query->Add(" OR {} = 0 AND {} {} {}", rank, ordered, beyond, value);
      if (i + 1 < sort.size()) {
        query->Add(" OR {} = {} AND ", rank, place.rank);
        if (has_value) query->Add("{} = {} AND ", ordered, value);
      }
    }
    ++open;
  }
  query->Add("{}", std::string(open, ')'));
}

Cursor ReadCursor(const Sort& sort, const db::Row& row, int first) {
  Cursor cursor;
  int column = first;
  for (const SortTerm& term : sort) {
    Place& place = cursor.emplace_back();
    place.rank = row.Int(column++);
    if (place.rank == 0) {
      switch (term.column.kind) {
        case Column::Kind::kInteger:
          place.value = row.Int(column);
          break;
        case Column::Kind::kReal:
          place.value = row.Real(column);
          break;
        case Column::Kind::kText:
          place.value = std::string(row.Text(column));
          break;
      }
    }
    ++column;
  }
  return cursor;
}

}  // namespace rookery::filter
