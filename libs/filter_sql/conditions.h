// Clauses of a filter as SQL conditions, for both databases.
#pragma once

#include <string_view>

#include "libs/db/query_text.h"
#include "libs/filter/filter.h"
#include "libs/filter_sql/column.h"

namespace rookery::filter {

// Appends `column op value`. The clause must outlive the query, as for all of these.
//
// NaN satisfies `!=` alone; infinities count as the greatest double, as MLflow keeps them. IN and
// NOT IN are for texts.
void AddComparison(const Clause& clause, const Column& column, db::QueryText* query);

// A table of which some rows belong to the object that is searched for.
struct Rows {
  // With its alias: `run_tags t`.
  std::string_view table;
  // Which rows: `t.workspace_id = r.workspace_id AND t.run_id = r.run_id`.
  std::string_view belongs;
  // The column that a clause's key is compared with, `t.key`; empty if a clause's key is a column's
  // name and not a value.
  std::string_view key;
};

// Appends: one of `rows`, with the clause's key if they have keys, has a `value` that satisfies the
// clause; for IS NULL and IS NOT NULL, there is no or one such row.
void AddExists(const Clause& clause, const Rows& rows, const Column& value, db::QueryText* query);

}  // namespace rookery::filter
