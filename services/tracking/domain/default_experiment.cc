#include "services/tracking/domain/default_experiment.h"

#include "libs/base/call_context.h"
#include "services/tracking/rules/validation.h"
#include "services/tracking/store/experiment_store.h"

namespace rookery::tracking {

StatusOr<int64_t> FindDefaultExperiment(db::Transaction& txn, std::string_view workspace) {
  if (workspace == kDefaultWorkspace) return kDefaultExperimentId;
  ASSIGN_OR_RETURN(const auto found,
                   store::FindExperimentByName(txn, workspace, kDefaultExperimentName));
  return found ? ParseExperimentId(found->experiment_id()) : kDefaultExperimentId;
}

}  // namespace rookery::tracking
