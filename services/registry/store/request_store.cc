#include "services/registry/store/request_store.h"

#include "services/registry/store/sql.h"

namespace rookery::registry::store {

const db::RequestLog& Requests() {
  static const db::RequestLog requests(
      {sql::kForgetOldRequests, sql::kInsertRequest, sql::kFindRequest});
  return requests;
}

}  // namespace rookery::registry::store
