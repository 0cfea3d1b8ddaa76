#include "services/tracking/store/request_store.h"

#include <algorithm>
#include <utility>

#include "services/tracking/store/sql.h"

namespace rookery::tracking::store {

const db::RequestLog& Requests() {
  static const db::RequestLog requests(
      {sql::kForgetOldRequests, sql::kInsertRequest, sql::kFindRequest});
  return requests;
}

StatusOr<std::map<std::string, std::string>> FindRequests(db::Transaction& txn,
                                                          std::string_view workspace,
                                                          std::string_view method,
                                                          const db::TextList& request_ids) {
  std::map<std::string, std::string> found;
  if (request_ids.empty()) return found;
  ASSIGN_OR_RETURN(const db::Rows rows,
                   txn.Query(sql::kFindRequests, {workspace, method, &request_ids}));
  for (const db::Row& row : rows) found.emplace(row.Text(0), row.Text(1));
  return found;
}

Status RecordRequests(db::Transaction& txn, std::string_view workspace, std::string_view method,
                      std::vector<MadeByRequest> made, int64_t now_ms) {
  if (made.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(Requests().Forget(txn, workspace, now_ms));
  // Two transactions that record the same ones wait for each other in one order.
  std::sort(made.begin(), made.end(),
            [](const auto& a, const auto& b) { return a.request_id < b.request_id; });
  std::vector<std::string> requests;
  std::vector<std::string> objects;
  for (auto& [request_id, object_id] : made) {
    requests.push_back(std::move(request_id));
    objects.push_back(std::move(object_id));
  }
  ASSIGN_OR_RETURN(const int64_t recorded,
                   txn.ExecuteMany(sql::kInsertRequests, {workspace, method, now_ms},
                                   {std::move(requests), std::move(objects)}));
  if (recorded == static_cast<int64_t>(made.size())) return absl::OkStatus();
  return absl::AbortedError("The same request was being answered. Try again.");
}

}  // namespace rookery::tracking::store
