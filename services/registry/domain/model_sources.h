// What the registry must know of runs and logged models, which are not its own.
#pragma once

#include <string>

#include "libs/base/call_context.h"
#include "libs/base/status.h"

namespace rookery::registry {

// Thread-safe. Errors: NOT_FOUND if there is none of that id in the call's workspace, and whatever
// keeps the answer from coming (UNAVAILABLE, DEADLINE_EXCEEDED, ...).
class ModelSources {
 public:
  virtual ~ModelSources() = default;

  struct LoggedModel {
    std::string artifact_uri;
    // The run that logged it, or empty.
    std::string source_run_id;
  };
  virtual StatusOr<LoggedModel> FindLoggedModel(const CallContext& call,
                                                const std::string& model_id) = 0;

  virtual StatusOr<std::string> ArtifactUriOfRun(const CallContext& call,
                                                 const std::string& run_id) = 0;

  // Adds (name, version) to the logged model's tag `mlflow.modelVersions`, by which MLflow's web UI
  // tells as what it is registered. Once only, however often it is called.
  virtual Status AddVersion(const CallContext& call, const std::string& model_id,
                            const std::string& name, const std::string& version) = 0;
};

}  // namespace rookery::registry
