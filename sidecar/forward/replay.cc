#include "sidecar/forward/replay.h"

#include <rookery/tracking/v1/experiment_service.pb.h>
#include <rookery/tracking/v1/run_service.pb.h>

namespace rookery::sidecar {
namespace {

namespace v1 = tracking::v1;

constexpr absl::Duration kTimeout = absl::Seconds(30);
constexpr char kGetByName[] = "rookery.tracking.v1.ExperimentService.GetExperimentByName";

Status CannotBeRead() { return absl::DataLossError("The spooled call cannot be read."); }

// Somebody else has made the experiment meanwhile: his is the one.
Status TakeOther(const v1::CreateExperimentRequest& made, spool::LaneId lane,
                 const std::string& workspace, Upstream& upstream, Journal& journal) {
  v1::GetExperimentByNameRequest request;
  request.set_experiment_name(made.name());
  v1::GetExperimentByNameResponse response;
  RETURN_IF_ERROR(upstream.Call(MethodNamed(kGetByName), workspace, request, &response, kTimeout));
  NoteRecord known;
  known.mutable_experiment()->set_name(made.name());
  known.mutable_experiment()->set_experiment_id(response.experiment().experiment_id());
  known.mutable_experiment()->set_artifact_location(response.experiment().artifact_location());
  journal.Note(lane, known);
  if (response.experiment().experiment_id() == made.experiment_id()) return absl::OkStatus();
  NoteRecord alias;
  alias.mutable_alias()->set_made_id(made.experiment_id());
  alias.mutable_alias()->set_experiment_id(response.experiment().experiment_id());
  journal.Note(lane, alias);
  return absl::OkStatus();
}

}  // namespace

StatusOr<SpooledCall> ReadCall(std::string_view payload) {
  CallRecord record;
  if (!record.ParseFromArray(payload.data(), static_cast<int>(payload.size()))) {
    return CannotBeRead();
  }
  SpooledCall call;
  call.method = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(record.rpc());
  if (call.method == nullptr) {
    return absl::UnimplementedError("The spooled call is of a later version: " + record.rpc());
  }
  auto* factory = google::protobuf::MessageFactory::generated_factory();
  call.request.reset(factory->GetPrototype(call.method->input_type())->New());
  call.response.reset(factory->GetPrototype(call.method->output_type())->New());
  if (!call.request->ParseFromString(record.request())) return CannotBeRead();
  return call;
}

Status MakeCall(const SpooledCall& call, const std::string& workspace, Upstream& upstream) {
  return upstream.Call(*call.method, workspace, *call.request, call.response.get(), kTimeout);
}

Status Replay(std::string_view payload, spool::LaneId lane, const std::string& workspace,
              Upstream& upstream, Journal& journal) {
  ASSIGN_OR_RETURN(const SpooledCall call, ReadCall(payload));
  if (call.method->name() == "CreateRun") {
    auto& run = dynamic_cast<v1::CreateRunRequest&>(*call.request);
    run.set_experiment_id(journal.memory().UpstreamExperimentId(lane, run.experiment_id()));
  }
  Status status = MakeCall(call, workspace, upstream);
  if (!absl::IsAlreadyExists(status)) return status;
  if (call.method->name() != "CreateExperiment") return absl::OkStatus();
  return TakeOther(dynamic_cast<v1::CreateExperimentRequest&>(*call.request), lane, workspace,
                   upstream, journal);
}

std::string RunOf(const KeptRecord& record) {
  WriteRecord write;
  if (!write.ParseFromString(record.payload) || write.runs().empty()) return "";
  return write.runs(0).metrics().run_id();
}

QuarantinedRecord Quarantined(const KeptRecord& record, const std::string& workspace,
                              const Status& why) {
  QuarantinedRecord result;
  result.set_workspace(workspace);
  result.set_segment(record.record.position.segment);
  result.set_offset(record.record.position.offset);
  result.set_payload(record.payload);
  result.set_first_seq(record.record.first_seq);
  result.set_things(record.record.things);
  result.set_received_ms(absl::ToUnixMillis(record.record.received));
  result.set_reason(std::string(why.message()));
  WriteRecord write;
  int64_t points = 0;
  if (record.record.things > 0 && write.ParseFromString(record.payload)) {
    for (const auto& run : write.runs()) points += run.metrics().value_size();
  }
  result.set_points(points);
  return result;
}

}  // namespace rookery::sidecar
