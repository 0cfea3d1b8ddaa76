// Finds experiments by what they are. What may be asked for is the domain's.
#pragma once

#include <rookery/tracking/v1/experiment.pb.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "libs/db/database.h"
#include "libs/filter/filter.h"
#include "libs/filter_sql/sort.h"

namespace rookery::tracking::store {

struct ExperimentQuery {
  // Any, if absent.
  std::optional<std::string_view> stage;
  // Ids are compared as texts.
  std::vector<filter::Clause> clauses;
  // Ends with the id.
  std::vector<filter::OrderKey> order;
};

// The order of a query, for page tokens.
filter::Sort SortOf(const ExperimentQuery& query);

struct FoundExperiments {
  // With their tags.
  std::vector<v1::Experiment> experiments;
  // After the last of `experiments`; absent if none follows.
  std::optional<filter::Cursor> next;
};

// At most `limit` experiments after `after`.
StatusOr<FoundExperiments> FindExperiments(db::Transaction& txn, std::string_view workspace,
                                           const ExperimentQuery& query,
                                           const std::optional<filter::Cursor>& after,
                                           int64_t limit);

}  // namespace rookery::tracking::store
