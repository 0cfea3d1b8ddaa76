// Rows of what many runs log, written in bulk.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "libs/db/database.h"
#include "services/tracking/store/run_store.h"

namespace rookery::tracking::store {

// By run_id and key; more than were asked for may be among them.
StatusOr<std::map<std::pair<std::string, std::string>, std::string>> FindParamsOfRuns(
    db::Transaction& txn, std::string_view workspace, const db::TextList& run_ids,
    const db::TextList& keys);

// Values by run_id and key.
using ValuesOfRuns = std::map<std::pair<std::string_view, std::string_view>, std::string_view>;

// ABORTED: another transaction has just written one of them; the body is to look again.
Status InsertParamsOfRuns(db::Transaction& txn, std::string_view workspace,
                          const ValuesOfRuns& params);
Status SetTagsOfRuns(db::Transaction& txn, std::string_view workspace, const ValuesOfRuns& tags);

}  // namespace rookery::tracking::store
