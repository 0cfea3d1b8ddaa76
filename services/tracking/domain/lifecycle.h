// The checks that stand before almost every write, and the words for what is not there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libs/base/status.h"
#include "libs/db/database.h"
#include "services/tracking/store/run_store.h"

namespace rookery::tracking {

Status ExperimentNotFound(std::string_view experiment_id);
Status RunNotFound(std::string_view run_id);
Status LoggedModelNotFound(std::string_view model_id);
Status WorkspaceNotFound(std::string_view name);

// INVALID_ARGUMENT: `stage` is another than active. `what` is "run" or "experiment".
Status MustBeActive(std::string_view what, std::string_view id, std::string_view stage);

// Holds an experiment's row for the rest of the transaction. NOT_FOUND, or INVALID_ARGUMENT if it
// is deleted.
Status LockActiveExperiment(db::Transaction& txn, std::string_view workspace,
                            int64_t experiment_id);

// Holds a run's row for the rest of the transaction. NOT_FOUND, or INVALID_ARGUMENT if it is
// deleted.
StatusOr<store::LockedRun> LockActiveRun(db::Transaction& txn, std::string_view workspace,
                                         const std::string& run_id, store::Lock lock);

}  // namespace rookery::tracking
