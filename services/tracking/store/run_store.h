// Rows of runs, their tags and params. Lifecycle, limits and wording are the domain's.
#pragma once

#include <google/protobuf/repeated_ptr_field.h>
#include <rookery/tracking/v1/run.pb.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libs/db/database.h"
#include "services/tracking/rules/run_values.h"

namespace rookery::tracking::store {

using tracking::Params;
using tracking::RunTags;

// A run that is new, with its tags, whose keys differ.
struct RunToInsert {
  int64_t experiment_id = 0;
  const v1::Run* run = nullptr;
};
// ALREADY_EXISTS: an id is taken. Takes run_id, run_name, user_id, status, start_time and the tags.
// Sort by run_id.
Status InsertRuns(db::Transaction& txn, std::string_view workspace,
                  const std::vector<RunToInsert>& runs);

// Those of the ids that runs have.
StatusOr<std::set<std::string>> ExistingRuns(db::Transaction& txn, std::string_view workspace,
                                             const db::TextList& run_ids);

// While it stands, so does what the run shows beside its info.
struct RunVersion {
  // Of params, tags, inputs and outputs.
  int64_t data = 0;
  // The number of the last segment, which changes with the latest metrics.
  int64_t last_no = 0;

  bool operator==(const RunVersion&) const = default;
};

struct RunRow {
  // Without artifact_uri.
  v1::RunInfo info;
  // Of the run's experiment.
  std::optional<std::string> artifact_location;
  RunVersion version;
};
// Reads the columns that GetRun selects, in its order.
RunRow AsRunRow(const db::Row& row);
StatusOr<std::optional<RunRow>> FindRun(db::Transaction& txn, std::string_view workspace,
                                        std::string_view run_id);

struct LockedRun {
  std::string lifecycle_stage;
  int64_t experiment_id = 0;
  v1::RunStatus status = v1::RUN_STATUS_UNSPECIFIED;
  // How often it was ended.
  int64_t ends = 0;
};
// What others may do to the run's row until the transaction ends.
enum class Lock {
  kShared,     // log points, but nothing that changes the run's row, as params and tags do
  kExclusive,  // nothing
};
// Those of the runs that there are; they are locked in the order of their ids.
StatusOr<std::map<std::string, LockedRun>> LockRuns(db::Transaction& txn,
                                                    std::string_view workspace,
                                                    const db::TextList& run_ids, Lock lock);

StatusOr<std::optional<LockedRun>> LockRun(db::Transaction& txn, std::string_view workspace,
                                           const std::string& run_id, Lock lock);

// What is absent stays.
struct RunChange {
  std::optional<v1::RunStatus> status;
  std::optional<int64_t> end_time_ms;
  std::optional<std::string> name;
};
Status UpdateRun(db::Transaction& txn, std::string_view workspace, std::string_view run_id,
                 const RunChange& change);

Status SetRunStage(db::Transaction& txn, std::string_view workspace, std::string_view run_id,
                   std::string_view stage, std::optional<int64_t> deleted_ms);

Status ReadRunTags(db::Transaction& txn, std::string_view workspace, std::string_view run_id,
                   RunTags* tags);
StatusOr<std::optional<std::string>> FindRunTag(db::Transaction& txn, std::string_view workspace,
                                                std::string_view run_id, std::string_view key);
// False if there was no such tag.
StatusOr<bool> DeleteRunTag(db::Transaction& txn, std::string_view workspace,
                            std::string_view run_id, std::string_view key);

}  // namespace rookery::tracking::store
