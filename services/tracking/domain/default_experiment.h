// The experiment of runs whose creator names none.
#pragma once

#include <cstdint>
#include <string_view>

#include "libs/base/status.h"
#include "libs/db/database.h"

namespace rookery::tracking {

inline constexpr char kDefaultExperimentName[] = "Default";
// In the workspace `default` alone; elsewhere it has an id like any other. MLflow's clients, which
// do not know that, name this one everywhere unless their user set an experiment.
inline constexpr int64_t kDefaultExperimentId = 0;

// The id of the workspace's Default, which may be deleted. If it was renamed, 0, which is no
// experiment's there.
StatusOr<int64_t> FindDefaultExperiment(db::Transaction& txn, std::string_view workspace);

}  // namespace rookery::tracking
