// What a page of runs logged, read in a few statements for all of them.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <rookery/tracking/v1/run.pb.h>

#include <string>
#include <string_view>
#include <vector>

#include "libs/db/database.h"
#include "services/tracking/store/metric_store.h"

namespace rookery::tracking::store {

// Fills data, inputs and outputs of runs whose infos have their ids; all are set, perhaps empty.
// Keys are in order within a run. Two different methods may run at once, each in a transaction of
// its own. All but ReadInputsAndOutputs make one query.
class RunPage {
 public:
  // The runs must outlive it, and nothing else may touch them meanwhile.
  RunPage(std::string workspace, const std::vector<v1::Run*>& runs);

  Status ReadMetrics(db::Transaction& txn, const MetricStore& metrics) const;
  Status ReadParams(db::Transaction& txn) const;
  // Returns whether any of the runs has inputs or outputs.
  StatusOr<bool> ReadTags(db::Transaction& txn) const;
  Status ReadInputsAndOutputs(db::Transaction& txn) const;

 private:
  const std::string workspace_;
  db::TextList ids_;
  // Methods that run at once write to different lists of a RunData; it is found here because
  // Run.mutable_data() would write to the Run.
  absl::flat_hash_map<std::string_view, v1::RunData*> data_;
  absl::flat_hash_map<std::string_view, v1::Run*> runs_;
};

}  // namespace rookery::tracking::store
