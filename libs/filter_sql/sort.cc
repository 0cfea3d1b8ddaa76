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

void AddBeyond(const SortTerm& term, const Place& place, db::QueryText* query) {
  const bool has_value = place.rank == 0;
  if (HasRank(term)) {
    query->Add("{} > {}", Rank(term), place.rank);
    if (has_value) query->Add(" OR {} = 0 AND ", Rank(term));
  }
  if (has_value) {
    query->Add("{} {} {}", Ordered(term.column), term.ascending ? ">" : "<",
               BindPlace(place, query));
  }
}

void AddLike(const SortTerm& term, const Place& place, db::QueryText* query) {
  const bool has_value = place.rank == 0;
  if (HasRank(term)) query->Add("{} = {}", Rank(term), place.rank);
  if (HasRank(term) && has_value) query->Add(" AND ");
  if (has_value) query->Add("{} = {}", Ordered(term.column), BindPlace(place, query));
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

std::span<const Stretch> Stretches(const Sort& sort) {
  static constexpr Stretch kOne[] = {Stretch::kAll};
  static constexpr Stretch kTwo[] = {Stretch::kLike, Stretch::kBeyond};
  if (sort.size() == 1 || HasRank(sort[0])) return kOne;
  return kTwo;
}

void AddAfter(const Sort& sort, const Cursor& cursor, Stretch stretch, db::QueryText* query) {
  size_t first = 0;
  if (stretch == Stretch::kLike) {
    AddLike(sort[0], cursor[0], query);
    query->Add(" AND ");
    first = 1;
  }
  // (a after A) OR (a = A AND ((b after B) OR (b = B AND ...))).
  const size_t end = stretch == Stretch::kBeyond ? 1 : sort.size();
  for (size_t i = first; i < end; ++i) {
    query->Add("(");
    AddBeyond(sort[i], cursor[i], query);
    if (i + 1 == end) break;
    query->Add(" OR ");
    AddLike(sort[i], cursor[i], query);
    query->Add(" AND ");
  }
  query->Add("{}", std::string(end - first, ')'));
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
