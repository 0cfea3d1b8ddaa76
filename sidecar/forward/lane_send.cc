// What a lane sends, and what it makes of the answers.
#include <absl/strings/numbers.h>
#include <fmt/format.h>
#include <rookery/tracking/v1/ingest.pb.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "sidecar/forward/lane.h"
#include "sidecar/forward/replay.h"

namespace rookery::sidecar {
namespace {

namespace v1 = tracking::v1;

constexpr absl::Duration kCallTimeout = absl::Seconds(30);
// A stream stays with one replica, and a server that is to end waits for it.
constexpr absl::Duration kStreamLife = absl::Seconds(1);
constexpr char kLost[] =
    "The sidecar does not have it: its disk lost it, or the server had it and was set back.";

// A number that the upstream told along with an error.
std::optional<int64_t> NumberIn(const Status& status, const std::string& fact) {
  const auto facts = Facts(status);
  const auto found = facts.find(fact);
  int64_t number = 0;
  if (found == facts.end() || !absl::SimpleAtoi(found->second, &number)) return std::nullopt;
  return number;
}

// Whether the request as it is will never be taken.
bool IsRefusal(const Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kUnimplemented:
      return true;
    default:
      return false;
  }
}

}  // namespace

Status Lane::Open() {
  // An upstream that is away, or refuses the token, does not say what it has: what was not
  // confirmed waits for it, and grows old.
  if (oldest_us_ == kNothing) oldest_us_ = OldestUnconfirmed();
  static const auto& method = MethodNamed("rookery.tracking.v1.MetricService.OpenProducer");
  v1::OpenProducerRequest request;
  request.set_producer_id(parts_.journal.spool().producer_id());
  v1::OpenProducerResponse response;
  RETURN_IF_ERROR(parts_.upstream.Call(method, workspace_, request, &response, kCallTimeout));
  epoch_ = response.epoch();
  parts_.journal.spool().RaiseNextSeq(id_, response.next_seq());
  GoTo(response.next_seq());
  open_ = true;
  return absl::OkStatus();
}

Status Lane::Call(const KeptRecord& record) {
  Status status = Replay(record.payload, id_, workspace_, parts_.upstream, parts_.journal);
  if (!IsRefusal(status)) return status;
  return Refuse(record, status);
}

Status Lane::Send(std::span<const KeptRecord> records) {
  Status status = Store(records);
  // Of a producer that the upstream does not know nothing was looked at.
  if (!IsRefusal(status) || !open_ || !work_) return status;
  if (records.size() == 1) return Refuse(records[0], status);
  parts_.metrics.Bisected();
  const size_t half = records.size() / 2;
  RETURN_IF_ERROR(Send(records.first(half)));
  if (!open_ || !work_) return absl::OkStatus();
  return Send(records.subspan(half));
}

Status Lane::Store(std::span<const KeptRecord> records) {
  const SteadyTime begun = SteadyNow();
  const Answer answer =
      stream_ || work_->batch.IsLarge() ? StoreByStream(records) : StoreAlone(records);
  RETURN_IF_ERROR(Understand(answer));
  if (!answer.ok()) return absl::OkStatus();
  int64_t points = 0;
  for (const KeptRecord& record : records) points += record.counted.points;
  parts_.metrics.Sent(points, Since(begun));
  return absl::OkStatus();
}

StatusOr<EncodedIngest> Lane::RequestFor(std::span<const KeptRecord> records) const {
  ASSIGN_OR_RETURN(EncodedIngest request, RequestOf(records));
  Sign(&request);
  return request;
}

void Lane::Sign(EncodedIngest* request) const {
  request->set_producer_id(parts_.journal.spool().producer_id());
  request->set_epoch(epoch_);
}

Lane::Answer Lane::StoreAlone(std::span<const KeptRecord> records) {
  ASSIGN_OR_RETURN(const EncodedIngest request, RequestFor(records));
  return Ingest(request);
}

Lane::Answer Lane::StoreByStream(std::span<const KeptRecord> records) {
  if (stream_ && !stream_->IsNext(records.front().record.first_seq)) stream_.reset();
  if (!stream_) {
    ASSIGN_OR_RETURN(EncodedIngest request, RequestFor(records));
    stream_ = std::make_unique<IngestCall>(parts_.upstream, workspace_);
    stream_->Send(std::move(request));
  }
  ReadAhead();
  SendAhead(records.back().end_seq());
  Answer answer = stream_->Answer(kCallTimeout);
  if (!answer.ok() || stream_->AllAnswered()) stream_.reset();
  return answer;
}

void Lane::SendAhead(int64_t end_seq) {
  if (Since(stream_->begun()) >= kStreamLife) return;
  if (!ahead_ || ahead_->expected != end_seq || !ahead_->work.ok()) return;
  const Work& work = *ahead_->work;
  if (work.is != Work::Is::kBatch) return;
  // An error comes again when it is its turn.
  auto request = RequestFor(work.batch.records());
  if (request.ok()) stream_->Send(*std::move(request));
}

Lane::Answer Lane::Ingest(const EncodedIngest& request) {
  static const auto& method = MethodNamed("rookery.tracking.v1.MetricService.Ingest");
  v1::IngestResponse response;
  RETURN_IF_ERROR(parts_.upstream.Call(method, workspace_, request, &response, kCallTimeout));
  return response;
}

Status Lane::Understand(const Answer& answer) {
  if (!answer.ok()) return Understand(answer.status());
  catching_up_.Wrote();
  next_seq_ = std::max(next_seq_, answer->next_seq());
  searched_.reset();
  return absl::OkStatus();
}

Status Lane::Understand(const Status& error) {
  if (absl::IsOutOfRange(error)) {
    const auto expected = NumberIn(error, "next_seq");
    if (!expected) return error;
    GoTo(*expected);
    return absl::OkStatus();
  }
  if (const auto epoch = NumberIn(error, "epoch"); epoch && *epoch > epoch_) {
    Fail(absl::FailedPreconditionError(
        fmt::format("Another sidecar writes under this one's producer id: this spool was copied, "
                    "or taken over. "
                    "{}",
                    std::string(error.message()))));
    work_.reset();
    return absl::OkStatus();
  }
  const bool is_unknown = absl::IsNotFound(error) && !NumberIn(error, "next_seq");
  // An upstream that was set back to before the producer, or to an epoch of before.
  if (is_unknown || (absl::IsFailedPrecondition(error) && NumberIn(error, "epoch"))) {
    open_ = false;
    work_.reset();
    return absl::OkStatus();
  }
  return error;
}

Status Lane::Refuse(const KeptRecord& record, const Status& why) {
  const bool was_told = confirmations_.Refuse(record.record.position, why);
  std::string run_id;
  if (was_told) {
    RETURN_IF_ERROR(NoteRefused(record.record.position));
  } else {
    QuarantinedRecord refused = Quarantined(record, workspace_, why);
    refused.set_refused_ms(parts_.clock.NowMs());
    run_id = RunOf(record);
    spdlog::warn("Refused by the upstream, and put into quarantine: {} of run '{}': {}",
                 record.record.things, run_id, std::string(why.message()));
    RETURN_IF_ERROR(parts_.quarantine.Add(refused));
    parts_.metrics.Quarantined(refused);
  }
  if (record.record.things == 0 || record.end_seq() <= next_seq_) return absl::OkStatus();
  std::vector<std::string> runs;
  if (!run_id.empty()) runs.push_back(run_id);
  return Skip(record.end_seq() - 1, std::string(why.message()), runs);
}

Status Lane::SkipLost(int64_t last) {
  const int64_t first = next_seq_;
  RETURN_IF_ERROR(Skip(last, kLost, parts_.journal.memory().RunIds(id_)));
  if (!open_ || next_seq_ <= last) return absl::OkStatus();
  spdlog::error("Numbers {} to {} of the workspace '{}' will not come upstream. {}", first, last,
                workspace_, kLost);
  parts_.metrics.Lost(last - first + 1);
  return absl::OkStatus();
}

Status Lane::Skip(int64_t last, const std::string& reason,
                  const std::vector<std::string>& run_ids) {
  if (last < next_seq_) return absl::OkStatus();
  EncodedIngest request;
  Sign(&request);
  request.set_first_seq(last + 1);
  v1::GapNotice& gap = *request.mutable_gap();
  gap.set_first_seq(next_seq_);
  gap.set_last_seq(last);
  gap.set_reason(reason);
  for (const std::string& run_id : run_ids) gap.add_run_ids(run_id);
  return Understand(Ingest(request));
}

}  // namespace rookery::sidecar
