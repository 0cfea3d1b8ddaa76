#include "services/tracking/domain/run_info.h"

#include <utility>

#include "services/tracking/domain/lifecycle.h"

namespace rookery::tracking {

v1::RunInfo InfoOf(const ArtifactLocations& locations, std::string_view workspace,
                   store::RunRow* row) {
  v1::RunInfo info = std::move(row->info);
  info.set_artifact_uri(
      locations.OfRun(workspace, info.experiment_id(), row->artifact_location, info.run_id()));
  return info;
}

StatusOr<v1::RunInfo> ReadRunInfo(db::Transaction& txn, const ArtifactLocations& locations,
                                  std::string_view workspace, const std::string& run_id) {
  ASSIGN_OR_RETURN(auto row, store::FindRun(txn, workspace, run_id));
  if (!row) return RunNotFound(run_id);
  return InfoOf(locations, workspace, &*row);
}

}  // namespace rookery::tracking
