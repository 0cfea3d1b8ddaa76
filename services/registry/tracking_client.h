// The registry's view of the tracking service.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "services/registry/domain/model_sources.h"

namespace grpc {
class Channel;
}

namespace rookery::registry {

// Asks the tracking service for runs and logged models, in the caller's workspace, under its
// request id, and no longer than its deadline or 30 seconds. Blocks the calling thread.
// Thread-safe.
class TrackingClient final : public ModelSources {
 public:
  // `channel` is called for every call and from any thread: in the one-process mode there is no
  // channel yet when the registry is made. Null: UNAVAILABLE. A channel into this process must not
  // outlive its server: gRPC 1.51 crashes on a call after that.
  explicit TrackingClient(std::function<std::shared_ptr<grpc::Channel>()> channel)
      : channel_(std::move(channel)) {}

  StatusOr<LoggedModel> FindLoggedModel(const CallContext& call,
                                        const std::string& model_id) override;
  StatusOr<std::string> ArtifactUriOfRun(const CallContext& call,
                                         const std::string& run_id) override;
  // Reads the tag and writes it, as MLflow does: of two calls at the same moment for one logged
  // model, one may be lost.
  Status AddVersion(const CallContext& call, const std::string& model_id, const std::string& name,
                    const std::string& version) override;

 private:
  StatusOr<std::shared_ptr<grpc::Channel>> Channel() const;

  const std::function<std::shared_ptr<grpc::Channel>()> channel_;
};

}  // namespace rookery::registry
