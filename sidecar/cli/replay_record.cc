#include "sidecar/cli/replay_record.h"

#include <fmt/format.h>
#include <rookery/tracking/v1/ingest.pb.h>

#include "sidecar/forward/replay.h"

namespace rookery::sidecar {
namespace {

namespace v1 = tracking::v1;

constexpr absl::Duration kTimeout = absl::Seconds(30);
constexpr char kOpen[] = "rookery.tracking.v1.MetricService.OpenProducer";
constexpr char kIngest[] = "rookery.tracking.v1.MetricService.Ingest";

Status ReplayCall(const QuarantinedRecord& record, Upstream& upstream) {
  ASSIGN_OR_RETURN(const SpooledCall call, ReadCall(record.payload()));
  const Status made = MakeCall(call, record.workspace(), upstream);
  return absl::IsAlreadyExists(made) ? absl::OkStatus() : made;
}

}  // namespace

Status ReplayRecord(const QuarantinedRecord& record, const std::string& producer_id,
                    Upstream& upstream) {
  if (record.things() == 0) return ReplayCall(record, upstream);
  v1::OpenProducerRequest open;
  open.set_producer_id(
      fmt::format("{}:quarantine:{}:{}", producer_id, record.segment(), record.offset()));
  v1::OpenProducerResponse opened;
  RETURN_IF_ERROR(upstream.Call(MethodNamed(kOpen), record.workspace(), open, &opened, kTimeout));
  v1::IngestRequest request;
  // A WriteRecord's bytes are a request's.
  if (!request.ParseFromString(record.payload())) return absl::DataLossError("It cannot be read.");
  request.DiscardUnknownFields();
  request.set_producer_id(open.producer_id());
  request.set_epoch(opened.epoch());
  request.set_first_seq(0);
  v1::IngestResponse response;
  return upstream.Call(MethodNamed(kIngest), record.workspace(), request, &response, kTimeout);
}

}  // namespace rookery::sidecar
