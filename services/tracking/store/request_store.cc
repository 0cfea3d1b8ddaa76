#include "services/tracking/store/request_store.h"

#include "services/tracking/store/sql.h"

namespace rookery::tracking::store {

const db::RequestLog& Requests() {
  static const db::RequestLog requests(
      {sql::kForgetOldRequests, sql::kInsertRequest, sql::kFindRequest});
  return requests;
}

}  // namespace rookery::tracking::store
