#include "services/tracking/store/run_page_store.h"

#include <algorithm>
#include <utility>

#include "services/tracking/store/input_store.h"
#include "services/tracking/store/sql.h"

namespace rookery::tracking::store {
namespace {

using DataById = absl::flat_hash_map<std::string_view, v1::RunData*>;

// Finds the data of a run. Rows of one run mostly come together.
class Finder {
 public:
  explicit Finder(const DataById& data) : data_(data) {}

  v1::RunData* operator()(std::string_view id) {
    if (found_ == nullptr || id != id_) {
      const auto at = data_.find(id);
      id_ = at->first;
      found_ = at->second;
    }
    return found_;
  }

 private:
  const DataById& data_;
  std::string_view id_;
  v1::RunData* found_ = nullptr;
};

// The rows come in the order of a primary key, or nearly so.
template <typename Entries>
void SortByKey(Entries* entries) {
  const auto before = [](const auto& a, const auto& b) { return a.key() < b.key(); };
  if (!std::is_sorted(entries->begin(), entries->end(), before)) {
    std::sort(entries->begin(), entries->end(), before);
  }
}

// Reads rows (run_id, key, value) into the lists that `list` picks, and orders those. Returns
// whether there were rows without a key.
template <typename List>
StatusOr<bool> ReadKeyValues(db::Transaction& txn, const db::Statement& statement,
                             std::string_view workspace, const db::TextList& ids,
                             const DataById& data, List list) {
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(statement, {workspace, &ids}));
  // A transaction may be tried again.
  for (const auto& [id, one] : data) list(one)->Clear();
  Finder find(data);
  bool keyless = false;
  for (const db::Row& row : rows) {
    if (row.IsNull(1)) {
      keyless = true;
      continue;
    }
    auto* entry = list(find(row.Text(0)))->Add();
    const std::string_view key = row.Text(1);
    const std::string_view value = row.Text(2);
    entry->mutable_key()->assign(key.data(), key.size());
    entry->mutable_value()->assign(value.data(), value.size());
  }
  for (const auto& [id, one] : data) SortByKey(list(one));
  return keyless;
}

}  // namespace

RunPage::RunPage(std::string workspace, const std::vector<v1::Run*>& runs)
    : workspace_(std::move(workspace)) {
  ids_.reserve(runs.size());
  for (v1::Run* run : runs) {
    const std::string& id = run->info().run_id();
    ids_.push_back(id);
    data_.emplace(id, run->mutable_data());
    runs_.emplace(id, run);
    run->mutable_inputs();
    run->mutable_outputs();
  }
}

Status RunPage::ReadMetrics(db::Transaction& txn, const MetricStore& metrics) const {
  for (const auto& [id, data] : data_) data->clear_metrics();
  Finder find(data_);
  RETURN_IF_ERROR(metrics.ReadLatestOfRuns(
      txn, workspace_, ids_, [&](std::string_view id) { return find(id)->mutable_metrics(); }));
  for (const auto& [id, data] : data_) SortByKey(data->mutable_metrics());
  return absl::OkStatus();
}

Status RunPage::ReadParams(db::Transaction& txn) const {
  return ReadKeyValues(txn, sql::kListParamsOfRuns, workspace_, ids_, data_,
                       [](v1::RunData* data) { return data->mutable_params(); })
      .status();
}

StatusOr<bool> RunPage::ReadTags(db::Transaction& txn) const {
  return ReadKeyValues(txn, sql::kListTagsOfRuns, workspace_, ids_, data_,
                       [](v1::RunData* data) { return data->mutable_tags(); });
}

Status RunPage::ReadInputsAndOutputs(db::Transaction& txn) const {
  for (const auto& [id, run] : runs_) {
    run->mutable_inputs()->Clear();
    run->mutable_outputs()->Clear();
  }
  return store::ReadInputsAndOutputs(txn, workspace_, ids_,
                                     [this](std::string_view id) { return runs_.at(id); });
}

}  // namespace rookery::tracking::store
