#include "sidecar/forward/upstream.h"

#include <absl/synchronization/notification.h>
#include <absl/time/clock.h>
#include <rookery/tracking/v1/experiment_service.pb.h>
#include <spdlog/spdlog.h>

#include <utility>

#include "libs/base/call_context.h"

namespace rookery::sidecar {
namespace {

constexpr absl::Duration kProbeTimeout = absl::Seconds(2);
constexpr std::chrono::milliseconds kProbePause(500);

}  // namespace

bool IsAway(const Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

Status UpstreamIsAway() {
  return absl::UnavailableError(
      "The server behind this sidecar does not answer. Metrics, params, tags, new runs and ends of "
      "runs are taken and kept until it does; this cannot be done without it.");
}

const google::protobuf::MethodDescriptor& MethodNamed(const std::string& full_name) {
  return *google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(full_name);
}

rpc::MetadataList InWorkspace(const std::string& workspace) {
  if (workspace == kDefaultWorkspace) return {};
  return {{"rookery-workspace", workspace}};
}

Upstream::Upstream(std::shared_ptr<rpc::GenericClient> client, Credentials credentials)
    : client_(std::move(client)),
      credentials_(std::move(credentials)),
      prober_([this](const std::stop_token& stop) { Probe(stop); }) {}

Upstream::~Upstream() = default;

rpc::CallOptions Upstream::WithCredentials(const rpc::CallOptions& options) const {
  rpc::CallOptions result = options;
  const std::string own = credentials_();
  if (own.empty()) return result;
  std::erase_if(result.metadata, [](const auto& entry) { return entry.first == "authorization"; });
  result.metadata.emplace_back("authorization", own);
  return result;
}

rpc::Canceller Upstream::Unary(const google::protobuf::MethodDescriptor& method,
                               const rpc::CallOptions& options,
                               const google::protobuf::Message& request,
                               google::protobuf::Message* response,
                               std::function<void(Status)> done) {
  return client_->Unary(method, WithCredentials(options), request, response,
                        [this, done = std::move(done)](Status status) {
                          // A caller's own deadline says nothing, nor does his going.
                          if (!absl::IsDeadlineExceeded(status) && !absl::IsCancelled(status)) {
                            Saw(status);
                          }
                          done(std::move(status));
                        });
}

rpc::Canceller Upstream::UnaryWithin(const google::protobuf::MethodDescriptor& method,
                                     const rpc::CallOptions& options,
                                     const google::protobuf::Message& request,
                                     google::protobuf::Message* response,
                                     std::function<void(Status)> done) {
  return client_->Unary(method, WithCredentials(options), request, response,
                        [this, done = std::move(done)](Status status) {
                          Saw(status);
                          done(std::move(status));
                        });
}

std::unique_ptr<rpc::ClientStream> Upstream::Stream(
    const google::protobuf::MethodDescriptor& method, const rpc::CallOptions& options) {
  return client_->Stream(method, WithCredentials(options));
}

Status Upstream::Call(const google::protobuf::MethodDescriptor& method,
                      const std::string& workspace, const google::protobuf::Message& request,
                      google::protobuf::Message* response, absl::Duration timeout) {
  absl::Notification called;
  Status outcome;
  (void)UnaryWithin(method, {InWorkspace(workspace), absl::Now() + timeout}, request, response,
                    [&](Status status) {
                      outcome = std::move(status);
                      called.Notify();
                    });
  called.WaitForNotification();
  return outcome;
}

void Upstream::Saw(const Status& status) {
  const bool away = IsAway(status);
  if (away_.exchange(away) == away) return;
  if (!away) {
    spdlog::info("The upstream answers again.");
    return;
  }
  spdlog::warn("The upstream does not answer: {}", std::string(status.message()));
  // Or the prober could look between the change and its wait.
  const std::lock_guard lock(mutex_);
  changed_.notify_one();
}

void Upstream::Probe(const std::stop_token& stop) {
  const auto& method = MethodNamed("rookery.tracking.v1.ExperimentService.GetExperiment");
  tracking::v1::GetExperimentRequest request;
  request.set_experiment_id("0");
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, stop, [this] { return away_.load(); });
      changed_.wait_for(lock, stop, kProbePause, [] { return false; });
    }
    if (stop.stop_requested()) return;
    tracking::v1::GetExperimentResponse response;
    // Any answer will do.
    (void)Call(method, kDefaultWorkspace, request, &response, kProbeTimeout);
  }
}

}  // namespace rookery::sidecar
