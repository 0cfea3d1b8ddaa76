// What Create calls with a request_id made.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libs/db/request_log.h"

namespace rookery::tracking::store {

// For calls that make one object each.
const db::RequestLog& Requests();

// For calls that make many objects in one transaction: what requests of `method` made, by the ids
// of those that made something.
StatusOr<std::map<std::string, std::string>> FindRequests(db::Transaction& txn,
                                                          std::string_view workspace,
                                                          std::string_view method,
                                                          const db::TextList& request_ids);

struct MadeByRequest {
  std::string request_id;
  std::string object_id;
};
// Their request ids differ and are none that FindRequests found. ABORTED: another transaction has
// recorded one of them since; look again.
Status RecordRequests(db::Transaction& txn, std::string_view workspace, std::string_view method,
                      std::vector<MadeByRequest> made, int64_t now_ms);

}  // namespace rookery::tracking::store
