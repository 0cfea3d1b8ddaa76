// Finds registered models and model versions by what they are. What may be asked for is the
// domain's.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "libs/db/database.h"
#include "libs/filter/filter.h"
#include "libs/filter_sql/sort.h"
#include "services/registry/store/model_version_store.h"
#include "services/registry/store/registered_model_store.h"

namespace rookery::registry::store {

struct SearchQuery {
  // Of RegisteredModelGrammar or ModelVersionGrammar.
  std::vector<filter::Clause> clauses;
  // Gives every row a place of its own: the name is in it, and the number of versions.
  std::vector<filter::OrderKey> order;
  // Whether prompts are found too, or only models that are none.
  bool prompts = false;
  // Whether what is archived is found alone, or is left out. Absent: neither.
  std::optional<bool> archived;
  // Of each model's versions only the one with the greatest number.
  bool newest_only = false;
};

// The order of a query, for page tokens.
filter::Sort SortOfModels(const SearchQuery& query);
filter::Sort SortOfVersions(const SearchQuery& query);

template <typename Row>
struct Found {
  std::vector<Row> rows;
  // After the last of `rows`; absent if none follows.
  std::optional<filter::Cursor> next;
};

// At most `limit` rows after `after`, with two queries however many they are. `limit` is positive.
StatusOr<Found<RegisteredModelRow>> FindRegisteredModels(db::Transaction& txn,
                                                         std::string_view workspace,
                                                         const SearchQuery& query,
                                                         const std::optional<filter::Cursor>& after,
                                                         int64_t limit);
// Without aliases, as MLflow answers them.
StatusOr<Found<ModelVersionRow>> FindModelVersions(db::Transaction& txn, std::string_view workspace,
                                                   const SearchQuery& query,
                                                   const std::optional<filter::Cursor>& after,
                                                   int64_t limit);

}  // namespace rookery::registry::store
