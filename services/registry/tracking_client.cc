#include "services/registry/tracking_client.h"

#include <absl/time/clock.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <rookery/tracking/v1/logged_model_service.grpc.pb.h>
#include <rookery/tracking/v1/run_service.grpc.pb.h>

#include <algorithm>
#include <stop_token>

#include "libs/rpc/call.h"
#include "libs/rpc/status.h"
#include "libs/transcode/json_text.h"

namespace rookery::registry {
namespace {

// A caller that waits for ever must not hold a thread for ever.
constexpr absl::Duration kTimeout = absl::Seconds(30);

// A call in the course of another, with which it ends.
class OutgoingCall {
 public:
  explicit OutgoingCall(const CallContext& call) : cancel_(call.gone, Cancel{context_}) {
    context_.set_deadline(absl::ToChronoTime(std::min(call.deadline, absl::Now() + kTimeout)));
    rpc::PassOn(call, &context_);
  }
  grpc::ClientContext* context() { return &context_; }

 private:
  struct Cancel {
    void operator()() const { context.TryCancel(); }
    grpc::ClientContext& context;
  };

  grpc::ClientContext context_;
  std::stop_callback<Cancel> cancel_;
};

constexpr char kVersionsTag[] = "mlflow.modelVersions";

// `versions` is a JSON list of {"name", "version"}. False: it holds this one already, or is no
// list, which a user may have made of the tag.
bool AddToVersions(const std::string& name, const std::string& version, std::string* versions) {
  std::string entry = "{\"name\": ";
  transcode::AppendJsonString(name, &entry);
  entry += ", \"version\": ";
  transcode::AppendJsonString(version, &entry);
  entry += '}';
  if (versions->find(entry) != std::string::npos || versions->size() < 2 ||
      versions->front() != '[' || versions->back() != ']') {
    return false;
  }
  versions->pop_back();
  *versions += (versions->size() > 1 ? ", " : "") + entry + "]";
  return true;
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
  OutgoingCall outgoing(call);
  tracking::v1::GetLoggedModelRequest request;
  request.set_model_id(model_id);
  tracking::v1::GetLoggedModelResponse response;
  RETURN_IF_ERROR(rpc::FromGrpc(tracking::v1::LoggedModelService::NewStub(channel)->GetLoggedModel(
      outgoing.context(), request, &response)));
  const auto& info = response.model().info();
  return LoggedModel{info.artifact_uri(), info.source_run_id()};
}

StatusOr<std::string> TrackingClient::ArtifactUriOfRun(const CallContext& call,
                                                       const std::string& run_id) {
  ASSIGN_OR_RETURN(const auto channel, Channel());
  OutgoingCall outgoing(call);
  tracking::v1::GetRunRequest request;
  request.set_run_id(run_id);
  tracking::v1::GetRunResponse response;
  RETURN_IF_ERROR(rpc::FromGrpc(
      tracking::v1::RunService::NewStub(channel)->GetRun(outgoing.context(), request, &response)));
  return response.run().info().artifact_uri();
}

Status TrackingClient::AddVersion(const CallContext& call, const std::string& model_id,
                                  const std::string& name, const std::string& version) {
  ASSIGN_OR_RETURN(const auto channel, Channel());
  const auto stub = tracking::v1::LoggedModelService::NewStub(channel);
  OutgoingCall reading(call);
  tracking::v1::GetLoggedModelRequest request;
  request.set_model_id(model_id);
  tracking::v1::GetLoggedModelResponse response;
  RETURN_IF_ERROR(rpc::FromGrpc(stub->GetLoggedModel(reading.context(), request, &response)));

  std::string versions = "[]";
  for (const auto& tag : response.model().info().tags()) {
    if (tag.key() == kVersionsTag) versions = tag.value();
  }
  if (!AddToVersions(name, version, &versions)) return absl::OkStatus();
  OutgoingCall writing(call);
  tracking::v1::SetLoggedModelTagsRequest change;
  change.set_model_id(model_id);
  auto* tag = change.add_tags();
  tag->set_key(kVersionsTag);
  tag->set_value(versions);
  tracking::v1::SetLoggedModelTagsResponse nothing;
  return rpc::FromGrpc(stub->SetLoggedModelTags(writing.context(), change, &nothing));
}

}  // namespace rookery::registry
