#include "sidecar/face/spooling_client.h"

#include <absl/time/clock.h>
#include <rookery/tracking/v1/experiment_service.pb.h>
#include <rookery/tracking/v1/run_service.pb.h>

#include <algorithm>
#include <utility>

#include "libs/base/call_context.h"
#include "libs/base/steady.h"
#include "services/tracking/rules/run_id.h"
#include "sidecar/face/aliases.h"
#include "sidecar/face/run_writes.h"

namespace rookery::sidecar {
namespace {

namespace v1 = tracking::v1;

const google::protobuf::MethodDescriptor* OfRuns(const std::string& name) {
  return &MethodNamed("rookery.tracking.v1.RunService." + name);
}

const google::protobuf::MethodDescriptor* OfExperiments(const std::string& name) {
  return &MethodNamed("rookery.tracking.v1.ExperimentService." + name);
}

std::string ValueOf(const rpc::MetadataList& metadata, std::string_view key) {
  const auto found =
      std::ranges::find_if(metadata, [&](const auto& entry) { return entry.first == key; });
  return found == metadata.end() ? "" : found->second;
}

bool IsAboutRuns(const google::protobuf::Descriptor& request) {
  return std::ranges::any_of(
      std::initializer_list<const char*>{"run_id", "run_uuid", "run_ids"},
      [&](const char* name) { return request.FindFieldByName(name) != nullptr; });
}

}  // namespace

SpoolingClient::SpoolingClient(Upstream& upstream, Forwarder& forwarder, Journal& journal,
                               const Clock& clock, PatienceOptions patience,
                               metrics::Registry* metrics)
    : upstream_(upstream),
      forwarder_(forwarder),
      journal_(journal),
      clock_(clock),
      patience_(patience),
      metrics_(metrics, "http"),
      handlers_{
          {OfRuns("LogMetric"), &SpoolingClient::Write<v1::LogMetricRequest>},
          {OfRuns("LogParam"), &SpoolingClient::Write<v1::LogParamRequest>},
          {OfRuns("SetTag"), &SpoolingClient::Write<v1::SetTagRequest>},
          {OfRuns("LogBatch"), &SpoolingClient::Write<v1::LogBatchRequest>},
          {OfRuns("LogBatchAsync"), &SpoolingClient::Write<v1::LogBatchAsyncRequest>},
          {OfRuns("UpdateRun"), &SpoolingClient::UpdateRun},
          {OfRuns("CreateRun"), &SpoolingClient::CreateRun},
          {OfRuns("GetRun"), &SpoolingClient::GetRun},
          {OfRuns("LogInputs"), &SpoolingClient::PassOrSpool},
          {OfRuns("LogOutputs"), &SpoolingClient::PassOrSpool},
          {OfExperiments("CreateExperiment"), &SpoolingClient::CreateExperiment},
          {OfExperiments("GetExperiment"), &SpoolingClient::GetExperiment},
          {OfExperiments("GetExperimentByName"), &SpoolingClient::GetExperimentByName},
      } {}

rpc::Canceller SpoolingClient::Unary(const google::protobuf::MethodDescriptor& method,
                                     const rpc::CallOptions& options,
                                     const google::protobuf::Message& request,
                                     google::protobuf::Message* response,
                                     std::function<void(Status)> done) {
  auto call = std::make_shared<Call>(method, options, request, response, std::move(done));
  call->workspace = ValueOf(options.metadata, "rookery-workspace");
  if (call->workspace.empty()) call->workspace = kDefaultWorkspace;
  auto lane = forwarder_.LaneOf(call->workspace);
  auto ack = ParseAck(ValueOf(options.metadata, kAckKey));
  Status status = lane.status();
  status.Update(ack.status());
  if (!status.ok()) {
    call->done(status);
    return {};
  }
  call->lane = *lane;
  call->ack = *ack;
  if (const auto handler = handlers_.find(&method); handler != handlers_.end()) {
    (this->*handler->second)(call);
    return {};
  }
  Pass(call);
  return rpc::Canceller([weak = std::weak_ptr(call)] {
    if (const auto alive = weak.lock()) alive->cancellation.Cancel();
  });
}

std::unique_ptr<rpc::ClientStream> SpoolingClient::Stream(
    const google::protobuf::MethodDescriptor& method, const rpc::CallOptions& options) {
  return upstream_.Stream(method, options);
}

void SpoolingClient::Count(const CallPtr& call) const {
  call->done = [this, ack = call->ack, begun = SteadyNow(),
                done = std::move(call->done)](const Status& status) {
    metrics_.Answered(status, ack, Since(begun));
    done(status);
  };
}

template <typename Request>
void SpoolingClient::Write(const CallPtr& call) {
  Count(call);
  auto write = IngestOf(call->RequestAs<Request>());
  if (!write.ok()) return call->done(write.status());
  if constexpr (std::is_same_v<Request, v1::LogBatchAsyncRequest>) {
    // It is there already, as far as the client is concerned.
    call->ResponseAs<v1::LogBatchAsyncResponse>().set_batch_tracking_id("");
  }
  // Nearly all that is written goes without a copy.
  if (Knows(*call, write->metrics().run_id())) return Spool(call, *std::move(write));
  WithRun(call, write->metrics().run_id(), [this, call, write = *write] { Spool(call, write); });
}

bool SpoolingClient::Knows(const Call& call, const std::string& run_id) {
  const std::lock_guard lock(mutex_);
  return runs_.Find(call.workspace + "/" + run_id) != nullptr;
}

void SpoolingClient::WithRun(const CallPtr& call, const std::string& run_id,
                             std::function<void()> next) {
  // A run that was made here may not be upstream yet.
  if (Knows(*call, run_id) || upstream_.away() || journal_.memory().Run(call->lane->id(), run_id)) {
    return next();
  }
  struct Asked {
    v1::GetRunRequest request;
    v1::GetRunResponse response;
  };
  auto asked = std::make_shared<Asked>();
  asked->request.set_run_id(run_id);
  const rpc::CallOptions options{call->options.metadata, absl::Now() + patience_.verdict};
  (void)upstream_.UnaryWithin(*OfRuns("GetRun"), options, asked->request, &asked->response,
                              [this, call, asked, next = std::move(next)](const Status& status) {
                                if (!status.ok() && !IsAway(status)) return call->done(status);
                                if (status.ok()) Remember(call, asked->response.run());
                                next();
                              });
}

void SpoolingClient::Spool(const CallPtr& call, v1::RunIngest run) {
  WriteRecord record;
  const v1::RunIngest& write = *record.add_runs() = std::move(run);
  if (ThingsOf(record) == 0) return call->done(absl::OkStatus());
  const auto level =
      call->ack == Ack::kBuffered ? spool::AckLevel::kBuffered : spool::AckLevel::kDurable;
  const bool has_params = write.params_size() > 0;
  const bool is_end = write.has_end() && write.end().status() != v1::RUNNING;
  const bool may_wait = has_params || is_end || call->ack == Ack::kUpstream;
  if (may_wait) call->lane->confirmations().Announce();
  journal_.Write(
      call->lane->id(), record, PriorityOf(write), level,
      [this, call, has_params, is_end, may_wait](const StatusOr<spool::Appended>& appended) {
        if (appended.ok()) {
          Spooled(call, has_params, is_end, *appended);
        } else {
          call->done(appended.status());
        }
        if (may_wait) call->lane->confirmations().Announced();
      });
}

void SpoolingClient::Spooled(const CallPtr& call, bool has_params, bool is_end,
                             const spool::Appended& appended) {
  WillAnswer(*call, appended.position);
  const bool is_asked = call->ack == Ack::kUpstream;
  const bool waits = is_asked || ((has_params || is_end) && !upstream_.away());
  if (!waits) return call->done(absl::OkStatus());
  const absl::Duration patience = is_end || is_asked ? patience_.run_end : patience_.verdict;
  // An upstream that goes meanwhile is not waited for.
  const auto gives_up = [this, is_asked] { return !is_asked && upstream_.away(); };
  call->lane->confirmations().WhenUpstream(
      appended.position, std::min(patience, call->options.deadline - absl::Now()),
      [call, is_asked](const Status& status) {
        // It is safe here, which is all that was promised.
        if (absl::IsDeadlineExceeded(status) && !is_asked) return call->done(absl::OkStatus());
        call->done(status);
      },
      gives_up);
}

void SpoolingClient::WillAnswer(const Call& call, spool::Position position) {
  const std::lock_guard lock(mutex_);
  spool::Position& last = answered_[call.lane];
  last = std::max(last, position);
}

void SpoolingClient::UpdateRun(const CallPtr& call) {
  const auto& request = call->RequestAs<v1::UpdateRunRequest>();
  const auto write = IngestOf(request);
  if (absl::IsUnimplemented(write.status())) return Pass(call);
  Count(call);
  if (!write.ok()) return call->done(write.status());
  WithRun(call, write->metrics().run_id(), [this, call, write = *write] {
    const auto& update = call->RequestAs<v1::UpdateRunRequest>();
    const std::string& run_id = write.metrics().run_id();
    const auto known = journal_.memory().Run(call->lane->id(), run_id);
    NoteRecord note;
    if (known) *note.mutable_run() = *known;
    v1::RunInfo& info = *note.mutable_run()->mutable_info();
    info.set_run_id(run_id);
    info.set_run_uuid(run_id);
    if (update.has_status()) info.set_status(update.status());
    if (update.has_end_time()) info.set_end_time(update.end_time());
    if (!update.run_name().empty()) info.set_run_name(update.run_name());
    *call->ResponseAs<v1::UpdateRunResponse>().mutable_run_info() = info;
    if (known) journal_.Note(call->lane->id(), note);
    Spool(call, write);
  });
}

void SpoolingClient::Settle(const CallPtr& call, std::function<void()> next) {
  spool::Position last;
  {
    const std::lock_guard lock(mutex_);
    const auto found = answered_.find(call->lane);
    if (found == answered_.end()) return next();
    last = found->second;
  }
  if (upstream_.away()) return next();
  call->lane->confirmations().WhenUpstream(last, patience_.verdict,
                                           [next = std::move(next)](const Status&) { next(); });
}

void SpoolingClient::Pass(const CallPtr& call) {
  if (!IsAboutRuns(*call->method.input_type())) return PassNow(call);
  Settle(call, [this, call] { PassNow(call); });
}

void SpoolingClient::PassNow(const CallPtr& call) {
  if (upstream_.away()) return call->done(UpstreamIsAway());
  auto renamed = WithUpstreamIds(call->request, journal_.memory(), call->lane->id());
  const google::protobuf::Message& request = renamed ? *renamed : call->request;
  call->cancellation.Begun(upstream_.Unary(
      call->method, call->options, request, call->response,
      [call, renamed = std::move(renamed)](Status status) { call->done(std::move(status)); }));
}

}  // namespace rookery::sidecar
