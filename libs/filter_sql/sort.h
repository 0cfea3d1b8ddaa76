// Orders and pages as SQL, for both databases.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "libs/base/status.h"
#include "libs/db/query_text.h"
#include "libs/db/rows.h"
#include "libs/filter_sql/column.h"

namespace rookery::filter {

// One thing that rows are ordered by: ascending or descending, but NaN after all numbers and NULL
// after NaN in both directions.
struct SortTerm {
  // What a page token says of it, so that it is not used with another order: `metrics.loss DESC`.
  std::string name;
  Column column;
  bool ascending = true;
  // Whether it can be NULL.
  bool nullable = false;
};

// Terms that differ for any two rows, so that every row has one place.
using Sort = std::vector<SortTerm>;

// Where a row stands in a Sort.
struct Place {
  // 0 for a value, 1 for NaN, 2 for NULL.
  int64_t rank = 0;
  std::variant<std::monostate, int64_t, double, std::string> value;

  bool operator==(const Place&) const = default;
};
using Cursor = std::vector<Place>;

// Appends two columns of a SELECT for each term, for ReadCursor: `, rank, value`.
void AddSortColumns(const Sort& sort, db::QueryText* query);

// Appends ` ORDER BY ...`.
void AddOrderBy(const Sort& sort, db::QueryText* query);

// Rows after a cursor that are looked for together: those that are like it in the first term, those
// beyond it in the first term, or both.
enum class Stretch : uint8_t { kLike, kBeyond, kAll };

// The stretches whose rows, in this order, are those after a cursor. An index on the first term can
// be entered where one of them begins. Of all at once it would be read from the first of the rows
// that are like the cursor, each time; but a term that may be NaN or NULL is no index's.
std::span<const Stretch> Stretches(const Sort& sort);

// Appends the condition that a row stands after `cursor`, in that stretch; `cursor` must outlive
// the query.
void AddAfter(const Sort& sort, const Cursor& cursor, Stretch stretch, db::QueryText* query);

// What AddSortColumns selected, from column `first` of the row on.
Cursor ReadCursor(const Sort& sort, const db::Row& row, int first);

// A page token, opaque to clients: base64 of the cursor and of the names of the terms. `kind` says
// what is searched.
std::string EncodePageToken(std::string_view kind, const Sort& sort, const Cursor& cursor);

// Nothing for an empty token: the first page. INVALID_ARGUMENT in MLflow's words if it is none of
// our tokens; also if it belongs to another search or another order.
StatusOr<std::optional<Cursor>> DecodePageToken(std::string_view kind, const Sort& sort,
                                                std::string_view token);

}  // namespace rookery::filter
