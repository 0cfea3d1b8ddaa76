// A run that somebody asks for.
#pragma once

#include <rookery/tracking/v1/run.pb.h>

#include <cstdint>
#include <string>

#include "libs/base/status.h"
#include "services/tracking/domain/default_experiment.h"

namespace rookery::tracking {

// Checked, named and complete but for what its experiment decides: experiment_id and artifact_uri.
struct NewRun {
  // kDefaultExperimentId: the workspace's Default, whatever id it has.
  int64_t experiment_id = kDefaultExperimentId;
  // The caller chose the id, which then may be taken.
  bool has_own_id = false;
  // Empty: no retry will name it.
  std::string request_id;
  // Its tags are in the order of their keys, each once.
  v1::Run run;
};

// INVALID_ARGUMENT: bad or contradictory values.
StatusOr<NewRun> CheckNewRun(const v1::CreateRunRequest& request);

}  // namespace rookery::tracking
