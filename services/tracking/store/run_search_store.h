// Finds runs by what they are and logged. What may be asked for is the domain's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/db/database.h"
#include "libs/filter/filter.h"
#include "libs/filter_sql/sort.h"
#include "services/tracking/store/run_store.h"

namespace rookery::tracking::store {

struct RunQuery {
  db::IntList experiment_ids;
  // Any, if absent.
  std::optional<std::string_view> stage;
  std::vector<filter::Clause> clauses;
  // No key twice; start_time and run_id come after them.
  std::vector<filter::OrderKey> order;
  // Where artifacts lie of experiments without a location, ending with a slash.
  std::string artifact_root;
};

// The whole order of a query, for page tokens.
filter::Sort SortOf(const RunQuery& query);

struct FoundRuns {
  std::vector<RunRow> runs;
  // After the last of `runs`; absent if none follows.
  std::optional<filter::Cursor> next;
};

// Whether FindRuns makes one query at most.
bool IsOneQuery(const RunQuery& query, const std::optional<filter::Cursor>& after);

// At most `limit` runs after `after`.
StatusOr<FoundRuns> FindRuns(db::Transaction& txn, std::string_view workspace,
                             const RunQuery& query, const std::optional<filter::Cursor>& after,
                             int64_t limit);

}  // namespace rookery::tracking::store
