// Searches within experiments.
#pragma once

#include <string_view>

#include "libs/db/database.h"

namespace rookery::tracking::store {

// The condition on `experiment_id` of a search whose $2 is ExperimentsValue(ids). An index that
// begins with one experiment has what belongs to it in order; a list of one would hide that.
inline std::string_view OfExperiments(const db::IntList& ids) {
  return ids.size() == 1 ? "= $2" : "@any_int($2)@";
}

// `ids` must outlive the query.
inline db::Value ExperimentsValue(const db::IntList& ids) {
  return ids.size() == 1 ? db::Value(ids[0]) : db::Value(&ids);
}

}  // namespace rookery::tracking::store
