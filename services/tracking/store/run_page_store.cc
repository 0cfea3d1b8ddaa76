#include "services/tracking/store/run_page_store.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <string>
#include <tuple>

#include "services/tracking/store/input_store.h"
#include "services/tracking/store/sql.h"

namespace rookery::tracking::store {
namespace {

using Runs = google::protobuf::RepeatedPtrField<v1::Run>;

// Finds a run of the page by its id. Rows of one run mostly come together.
class RunsById {
 public:
  explicit RunsById(Runs* runs) {
    by_id_.reserve(static_cast<size_t>(runs->size()));
    for (v1::Run& run : *runs) by_id_.emplace(run.info().run_id(), &run);
  }

  v1::Run* Find(std::string_view id) {
    if (last_ == nullptr || last_->info().run_id() != id) last_ = by_id_.at(id);
    return last_;
  }

 private:
  absl::flat_hash_map<std::string_view, v1::Run*> by_id_;
  v1::Run* last_ = nullptr;
};

// The rows come in the order of a primary key, or nearly so.
template <typename Entries>
void SortByKey(Entries* entries) {
  const auto before = [](const auto& a, const auto& b) { return a.key() < b.key(); };
  if (!std::is_sorted(entries->begin(), entries->end(), before)) {
    std::sort(entries->begin(), entries->end(), before);
  }
}

// Appends a row's key and value to `entries`.
template <typename Entries>
void AddKeyValue(const db::Row& row, Entries* entries) {
  auto* entry = entries->Add();
  const std::string_view key = row.Text(1);
  const std::string_view value = row.Text(2);
  entry->mutable_key()->assign(key.data(), key.size());
  entry->mutable_value()->assign(value.data(), value.size());
}

}  // namespace

Status ReadRunData(db::Transaction& txn, const MetricStore& metrics, std::string_view workspace,
                   Runs* runs) {
  if (runs->empty()) return absl::OkStatus();
  RunsById by_id(runs);
  db::TextList ids;
  ids.reserve(static_cast<size_t>(runs->size()));
  for (const v1::Run& run : *runs) ids.push_back(run.info().run_id());

  RETURN_IF_ERROR(metrics.ReadLatestOfRuns(txn, workspace, ids, [&](std::string_view id) {
    return by_id.Find(id)->mutable_data()->mutable_metrics();
  }));
  ASSIGN_OR_RETURN(const db::Rows params, txn.Query(sql::kListParamsOfRuns, {workspace, &ids}));
  for (const db::Row& row : params) {
    AddKeyValue(row, by_id.Find(row.Text(0))->mutable_data()->mutable_params());
  }
  ASSIGN_OR_RETURN(const db::Rows tags, txn.Query(sql::kListTagsOfRuns, {workspace, &ids}));
  for (const db::Row& row : tags) {
    AddKeyValue(row, by_id.Find(row.Text(0))->mutable_data()->mutable_tags());
  }
  for (v1::Run& run : *runs) {
    SortByKey(run.mutable_data()->mutable_metrics());
    SortByKey(run.mutable_data()->mutable_params());
    SortByKey(run.mutable_data()->mutable_tags());
    run.mutable_inputs();
    run.mutable_outputs();
  }
  return ReadInputsAndOutputs(txn, workspace, ids,
                              [&](std::string_view id) { return by_id.Find(id); });
}

}  // namespace rookery::tracking::store
