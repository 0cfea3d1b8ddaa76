// Finds logged models by what they are and what was measured of them. What may be asked for is the
// domain's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/db/database.h"
#include "libs/filter/filter.h"
#include "libs/filter_sql/sort.h"
#include "services/tracking/store/logged_model_store.h"

namespace rookery::tracking::store {

// A dataset that metrics were measured on; what is empty may be anything.
struct MeasuredOn {
  std::string name;
  std::string digest;
};

struct LoggedModelOrder {
  // An attribute or a metric of LoggedModelGrammar. A metric is that of its latest point by
  // (timestamp, step).
  filter::OrderKey key;
  // Which points of a metric count.
  MeasuredOn dataset;
};

struct LoggedModelQuery {
  db::IntList experiment_ids;
  std::vector<filter::Clause> clauses;
  // If there are any, metrics count that were measured on one of them, and only models that have
  // such metrics are found. Here an empty digest is that of points without one.
  std::vector<MeasuredOn> datasets;
  // Gives every model a place of its own: it ends with model_id.
  std::vector<LoggedModelOrder> order;
};

// The order of a query, for page tokens.
filter::Sort SortOf(const LoggedModelQuery& query);

struct FoundLoggedModels {
  std::vector<LoggedModelRow> rows;
  // After the last of `rows`; absent if none follows.
  std::optional<filter::Cursor> next;
};

// At most `limit` models after `after` that are not deleted, with three queries however many they
// are.
StatusOr<FoundLoggedModels> FindLoggedModels(db::Transaction& txn, std::string_view workspace,
                                             const LoggedModelQuery& query,
                                             const std::optional<filter::Cursor>& after,
                                             int64_t limit);

}  // namespace rookery::tracking::store
