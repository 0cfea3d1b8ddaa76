#include "services/tracking/domain/run_info.h"

#include <utility>

#include "services/tracking/domain/lifecycle.h"
#include "services/tracking/store/run_store.h"

namespace rookery::tracking {

StatusOr<v1::RunInfo> ReadRunInfo(db::Transaction& txn, const ArtifactLocations& locations,
                                  std::string_view workspace, const std::string& run_id) {
  ASSIGN_OR_RETURN(auto row, store::FindRun(txn, workspace, run_id));
  if (!row) return RunNotFound(run_id);
  v1::RunInfo info = std::move(row->info);
  info.set_artifact_uri(
      locations.OfRun(workspace, info.experiment_id(), row->artifact_location, run_id));
  return info;
}

}  // namespace rookery::tracking
