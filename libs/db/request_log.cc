#include "libs/db/request_log.h"

namespace rookery::db {
namespace {

constexpr int64_t kKeptMs = 24LL * 60 * 60 * 1000;

}  // namespace

StatusOr<std::string> RequestLog::Claim(Transaction& txn, std::string_view workspace,
                                        std::string_view method, std::string_view request_id,
                                        std::string_view object_id, int64_t now_ms) const {
  if (request_id.empty()) return std::string(object_id);
  RETURN_IF_ERROR(Forget(txn, workspace, now_ms));
  ASSIGN_OR_RETURN(
      const int64_t inserted,
      txn.Execute(statements_.insert, {workspace, request_id, method, object_id, now_ms}));
  if (inserted > 0) return std::string(object_id);
  ASSIGN_OR_RETURN(const auto row, txn.QueryOne(statements_.find, {workspace, request_id, method}));
  // The other transaction's row is committed by now, unless it was forgotten in between.
  if (!row) return absl::AbortedError("The same request was being answered. Try again.");
  return std::string(row->Text(0));
}

Status RequestLog::Forget(Transaction& txn, std::string_view workspace, int64_t now_ms) const {
  return txn.Execute(statements_.forget, {workspace, now_ms - kKeptMs}).status();
}

}  // namespace rookery::db
