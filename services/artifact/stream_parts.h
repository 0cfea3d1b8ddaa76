// What all streams of an ArtifactService share.
#pragma once

#include <absl/time/time.h>

#include "libs/rpc/call_log.h"
#include "libs/rpc/executor.h"
#include "libs/rpc/known_workspaces.h"
#include "services/artifact/domain/artifacts.h"

namespace rookery::artifact {

// Outlives the streams.
struct StreamParts {
  Artifacts& artifacts;
  rpc::Executor& executor;
  rpc::KnownWorkspaces& workspaces;
  const rpc::CallLog& log;
  absl::Duration idle_limit;
};

}  // namespace rookery::artifact
