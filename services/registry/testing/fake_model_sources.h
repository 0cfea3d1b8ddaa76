// Runs and logged models that lie in a map.
#pragma once

#include <fmt/format.h>

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "services/registry/domain/model_sources.h"

namespace rookery::registry::testing {

// Filled before it is used; then thread-safe. The keys are (workspace, id).
class FakeModelSources final : public ModelSources {
 public:
  std::map<std::pair<std::string, std::string>, LoggedModel> logged_models;
  std::map<std::pair<std::string, std::string>, std::string> runs;
  // Answered to every call if it is an error.
  Status status;

  StatusOr<LoggedModel> FindLoggedModel(const CallContext& call,
                                        const std::string& model_id) override {
    RETURN_IF_ERROR(status);
    const auto found = logged_models.find({call.workspace, model_id});
    if (found != logged_models.end()) return found->second;
    return absl::NotFoundError(fmt::format("Logged model with ID '{}' not found.", model_id));
  }

  StatusOr<std::string> ArtifactUriOfRun(const CallContext& call,
                                         const std::string& run_id) override {
    RETURN_IF_ERROR(status);
    const auto found = runs.find({call.workspace, run_id});
    if (found != runs.end()) return found->second;
    return absl::NotFoundError(fmt::format("Run with id={} not found", run_id));
  }

  Status AddVersion(const CallContext&, const std::string& model_id, const std::string& name,
                    const std::string& version) override {
    RETURN_IF_ERROR(status);
    const std::lock_guard lock(mutex_);
    versions_.push_back(fmt::format("{} {}/{}", model_id, name, version));
    return absl::OkStatus();
  }
  // What AddVersion was told, as "model name/version".
  std::vector<std::string> versions() const {
    const std::lock_guard lock(mutex_);
    return versions_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> versions_;
};

}  // namespace rookery::registry::testing
