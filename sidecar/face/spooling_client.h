// The tracking service as clients of the sidecar see it.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "libs/base/clock.h"
#include "libs/rpc/generic_client.h"
#include "sidecar/face/call.h"
#include "sidecar/face/ingress_metrics.h"
#include "sidecar/forward/forwarder.h"
#include "sidecar/forward/upstream.h"
#include "sidecar/journal/journal.h"

namespace rookery::sidecar {

struct PatienceOptions {
  // How long the upstream's verdict on params is waited for, and a read for what was written before
  // it; and the upstream, where the sidecar can answer itself.
  absl::Duration verdict = absl::Seconds(2);
  // How long the end of a run waits for all that was written before it.
  absl::Duration run_end = absl::Seconds(30);
};

// Takes writes of runs into the spool and answers them when they are safe there; makes experiments
// and runs, and knows those it made, while the upstream is away; passes on all else. Thread-safe.
// What is passed in outlives it and its last call.
class SpoolingClient final : public rpc::GenericClient {
 public:
  SpoolingClient(Upstream& upstream, Forwarder& forwarder, Journal& journal, const Clock& clock,
                 PatienceOptions patience, metrics::Registry* metrics);

  rpc::Canceller Unary(const google::protobuf::MethodDescriptor& method,
                       const rpc::CallOptions& options, const google::protobuf::Message& request,
                       google::protobuf::Message* response,
                       std::function<void(Status)> done) override;
  // As they are.
  std::unique_ptr<rpc::ClientStream> Stream(const google::protobuf::MethodDescriptor& method,
                                            const rpc::CallOptions& options) override;

 private:
  using Handler = void (SpoolingClient::*)(const CallPtr&);

  // --- writes (spooling_client.cc)
  // Has the call's answer counted.
  void Count(const CallPtr& call) const;
  template <typename Request>
  void Write(const CallPtr& call);
  void Spool(const CallPtr& call, tracking::v1::RunIngest run);
  void Spooled(const CallPtr& call, bool has_params, bool is_end, const spool::Appended& appended);
  // What is read from now on is to hold the record at `position`.
  void WillAnswer(const Call& call, spool::Position position);
  bool Knows(const Call& call, const std::string& run_id);
  // Calls `next` unless there is no such run; then the call is answered.
  void WithRun(const CallPtr& call, const std::string& run_id, std::function<void()> next);
  void UpdateRun(const CallPtr& call);

  // --- what the sidecar can answer itself (offline.cc)
  void CreateRun(const CallPtr& call);
  void GetRun(const CallPtr& call);
  void CreateExperiment(const CallPtr& call);
  void GetExperiment(const CallPtr& call);
  void GetExperimentByName(const CallPtr& call);
  // Passed on, or spooled while the upstream is away.
  void PassOrSpool(const CallPtr& call);
  // `done` gets the upstream's answer within the patience; UNAVAILABLE if it is away.
  void Ask(const CallPtr& call, const google::protobuf::Message& request,
           std::function<void(Status)> done);
  void SpoolCall(const CallPtr& call, const google::protobuf::Message& request,
                 std::function<void()> next);
  void Remember(const CallPtr& call, const tracking::v1::Run& run);
  void Remember(const CallPtr& call, const std::string& name, const std::string& id,
                const std::string& artifact_location);

  // --- all else (spooling_client.cc)
  // After what was written before, if the call is about a run.
  void Pass(const CallPtr& call);
  void PassNow(const CallPtr& call);
  // Calls `next` when all of the lane that was answered is upstream, or after the patience.
  void Settle(const CallPtr& call, std::function<void()> next);

  Upstream& upstream_;
  Forwarder& forwarder_;
  Journal& journal_;
  const Clock& clock_;
  const PatienceOptions patience_;
  const IngressMetrics metrics_;
  std::unordered_map<const google::protobuf::MethodDescriptor*, Handler> handlers_;

  std::mutex mutex_;
  // The last record of each lane that was answered.
  std::unordered_map<Lane*, spool::Position> answered_;
  // Runs that are there, as the upstream said or as they were made here; by workspace and id.
  Recent<bool> runs_{10'000};
};

}  // namespace rookery::sidecar
