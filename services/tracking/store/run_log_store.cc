#include "services/tracking/store/run_log_store.h"

#include <vector>

#include "services/tracking/store/sql.h"

namespace rookery::tracking::store {
namespace {

db::Columns AsColumns(const ValuesOfRuns& values) {
  std::vector<std::string> run_ids;
  std::vector<std::string> keys;
  std::vector<std::string> texts;
  for (const auto& [key, value] : values) {
    run_ids.emplace_back(key.first);
    keys.emplace_back(key.second);
    texts.emplace_back(value);
  }
  return {std::move(run_ids), std::move(keys), std::move(texts)};
}

}  // namespace

StatusOr<std::map<std::pair<std::string, std::string>, std::string>> FindParamsOfRuns(
    db::Transaction& txn, std::string_view workspace, const db::TextList& run_ids,
    const db::TextList& keys) {
  std::map<std::pair<std::string, std::string>, std::string> params;
  if (keys.empty()) return params;
  ASSIGN_OR_RETURN(const db::Rows rows,
                   txn.Query(sql::kFindParamsOfRuns, {workspace, &run_ids, &keys}));
  for (const db::Row& row : rows) {
    params[{std::string(row.Text(0)), std::string(row.Text(1))}] = row.Text(2);
  }
  return params;
}

Status InsertParamsOfRuns(db::Transaction& txn, std::string_view workspace,
                          const ValuesOfRuns& params) {
  ASSIGN_OR_RETURN(const int64_t written,
                   txn.ExecuteMany(sql::kInsertParamsOfRuns, {workspace}, AsColumns(params)));
  if (written == static_cast<int64_t>(params.size())) return absl::OkStatus();
  return absl::AbortedError("Another request wrote the same params. Try again.");
}

Status SetTagsOfRuns(db::Transaction& txn, std::string_view workspace, const ValuesOfRuns& tags) {
  return txn.ExecuteMany(sql::kUpsertTagsOfRuns, {workspace}, AsColumns(tags)).status();
}

}  // namespace rookery::tracking::store
