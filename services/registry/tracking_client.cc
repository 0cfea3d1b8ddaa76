#include "services/registry/tracking_client.h"

#include <absl/time/clock.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <rookery/tracking/v1/logged_model_service.grpc.pb.h>
#include <rookery/tracking/v1/run_service.grpc.pb.h>

#include <algorithm>

#include "libs/rpc/call.h"
#include "libs/rpc/status.h"

namespace rookery::registry {
namespace {

// A caller that waits for ever must not hold a thread for ever.
constexpr absl::Duration kTimeout = absl::Seconds(30);

void PassOn(const CallContext& call, grpc::ClientContext* context) {
  context->set_deadline(absl::ToChronoTime(std::min(call.deadline, absl::Now() + kTimeout)));
  rpc::PassOn(call, context);
}

}  // namespace

StatusOr<std::shared_ptr<grpc::Channel>> TrackingClient::Channel() const {
  auto channel = channel_();
  if (channel == nullptr) {
    return absl::UnavailableError("The tracking service has not started yet. Try again.");
  }
  return channel;
}

StatusOr<ModelSources::LoggedModel> TrackingClient::FindLoggedModel(const CallContext& call,
                                                                    const std::string& model_id) {
  ASSIGN_OR_RETURN(const auto channel, Channel());
  grpc::ClientContext context;
  PassOn(call, &context);
  tracking::v1::GetLoggedModelRequest request;
  request.set_model_id(model_id);
  tracking::v1::GetLoggedModelResponse response;
  RETURN_IF_ERROR(rpc::FromGrpc(tracking::v1::LoggedModelService::NewStub(channel)->GetLoggedModel(
      &context, request, &response)));
  const auto& info = response.model().info();
  return LoggedModel{info.artifact_uri(), info.source_run_id()};
}

StatusOr<std::string> TrackingClient::ArtifactUriOfRun(const CallContext& call,
                                                       const std::string& run_id) {
  ASSIGN_OR_RETURN(const auto channel, Channel());
  grpc::ClientContext context;
  PassOn(call, &context);
  tracking::v1::GetRunRequest request;
  request.set_run_id(run_id);
  tracking::v1::GetRunResponse response;
  RETURN_IF_ERROR(rpc::FromGrpc(
      tracking::v1::RunService::NewStub(channel)->GetRun(&context, request, &response)));
  return response.run().info().artifact_uri();
}

}  // namespace rookery::registry
