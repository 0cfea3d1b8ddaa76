// What a Create call with a request_id made, kept for 24 hours so that its retry makes nothing
// twice.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libs/db/database.h"

namespace rookery::tracking::store {

// Called first in the transaction of a Create. Returns `object_id` if the object is to be made
// under it, or the id of what the same request of `method` has made already. An empty request_id is
// new each time.
StatusOr<std::string> ClaimRequest(db::Transaction& txn, std::string_view workspace,
                                   std::string_view method, std::string_view request_id,
                                   std::string_view object_id, int64_t now_ms);

}  // namespace rookery::tracking::store
