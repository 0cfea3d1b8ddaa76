#include "sidecar/forward/lane.h"

#include <absl/strings/numbers.h>
#include <absl/synchronization/notification.h>
#include <fmt/format.h>
#include <rookery/tracking/v1/ingest.pb.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "sidecar/forward/replay.h"

namespace rookery::sidecar {
namespace {

namespace v1 = tracking::v1;

constexpr absl::Duration kCallTimeout = absl::Seconds(30);
// A stream stays with one replica, and a server that is to end waits for it.
constexpr absl::Duration kStreamLife = absl::Seconds(1);
constexpr absl::Duration kNoteEvery = absl::Seconds(2);
constexpr char kLost[] =
    "The sidecar does not have it: its disk lost it, or the server had it and was set back.";

// How often a lane that has nothing to do shows that it lives.
constexpr absl::Duration kLook = absl::Seconds(5);

// How often a lane that pauses looks whether the upstream is back.
constexpr absl::Duration kGlance = absl::Milliseconds(100);

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

spool::Position PositionOf(const Confirmed& confirmed) {
  return {confirmed.segment(), confirmed.offset()};
}

}  // namespace

Lane::Lane(const spool::Spool::Lane& lane, Parts parts)
    : id_(lane.id),
      workspace_(lane.name),
      parts_(std::move(parts)),
      confirmations_([wake = wake_] { wake->Up(); }),
      catching_up_(parts_.upstream, workspace_, parts_.journal.spool().producer_id()),
      ledger_(parts_.journal.memory().ConfirmedNote(lane.id).settled()),
      noted_(parts_.journal.memory().Confirmed(lane.id)),
      noted_at_(SteadyNow()),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

Lane::~Lane() {
  thread_.request_stop();
  thread_.join();
}

Status Lane::health() const {
  const std::lock_guard lock(mutex_);
  return health_;
}

void Lane::Fail(const Status& why) {
  spdlog::error("Nothing of the workspace '{}' goes upstream any more: {}", workspace_,
                std::string(why.message()));
  const std::lock_guard lock(mutex_);
  health_ = why;
}

void Lane::Run(const std::stop_token& stop) {
  while (!stop.stop_requested() && health().ok()) {
    ShowLife();
    const Status status = open_ ? Step(stop) : Open();
    if (status.ok()) {
      backoff_.Reset();
      continue;
    }
    parts_.metrics.Retried(status);
    const absl::Duration pause = backoff_.Next();
    spdlog::debug("The workspace '{}' tries again in {}: {}", workspace_,
                  absl::FormatDuration(pause), std::string(status.message()));
    Pause(stop, pause);
  }
  stream_.reset();
  Leave();
  NoteConfirmed();
}

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

int64_t Lane::OldestUnconfirmed() const {
  const Confirmed noted = parts_.journal.memory().ConfirmedNote(id_);
  const spool::Position from = std::max(confirmations_.confirmed(), PositionOf(noted));
  LaneSource source(parts_.journal.spool().Read(id_, from));
  const auto first = source.Next(confirmed_seq_.value_or(noted.next_seq()));
  if (first.ok() && first->is == Work::Is::kBatch) {
    return absl::ToUnixMicros(first->batch.records().front().record.received);
  }
  if (first.ok() && first->is == Work::Is::kCall) {
    return absl::ToUnixMicros(first->call.record.received);
  }
  return kNothing;
}

void Lane::GoTo(int64_t next_seq) {
  next_seq_ = next_seq;
  work_.reset();
  ahead_.reset();
  stream_.reset();
  const Confirmed noted = parts_.journal.memory().ConfirmedNote(id_);
  spool::Position from = confirmations_.confirmed();
  if (from <= PositionOf(noted)) {
    from = PositionOf(noted);
    if (noted.has_next_seq() || from == spool::Position()) confirmed_seq_ = noted.next_seq();
  }
  // From where all is known to be upstream: calls, which have no numbers, are made again behind it,
  // and all records pass the ledger.
  if (!confirmed_seq_ || next_seq < *confirmed_seq_) return Search(next_seq);
  source_ = std::make_unique<LaneSource>(parts_.journal.spool().Read(id_, from));
}

void Lane::Search(int64_t next_seq) {
  next_seq_ = next_seq;
  work_.reset();
  ahead_.reset();
  stream_.reset();
  source_ = std::make_unique<LaneSource>(parts_.journal.spool().ReadFrom(id_, next_seq));
}

Status Lane::Step(const std::stop_token& stop) {
  if (!work_) {
    Gather(stop);
    ASSIGN_OR_RETURN(work_, Next());
    for (const KeptRecord& record : work_->passed) RETURN_IF_ERROR(Settle(record));
  }
  if (work_->is == Work::Is::kNothing) {
    const spool::Position seen = work_->end;
    RETURN_IF_ERROR(Settle(*work_));
    work_.reset();
    oldest_us_ = kNothing;
    Confirm(seen);
    if (CatchUp()) WaitForMore(stop, seen);
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(Do(*work_));
  // What the upstream said may have had the lane begin elsewhere.
  if (!work_ || !open_) return absl::OkStatus();
  RETURN_IF_ERROR(Settle(*work_));
  Confirm(work_->end);
  work_.reset();
  (void)CatchUp();
  return absl::OkStatus();
}

void Lane::Gather(const std::stop_token& stop) {
  while (!stop.stop_requested() && SteadyNow() < next_send_) {
    wake_->Reset();
    if (confirmations_.is_awaited()) return;
    wake_->Sleep(stop, std::min(SteadyIn(kLook), next_send_));
    ShowLife();
  }
}

StatusOr<Lane::Work> Lane::Next() {
  // It was read for another number.
  if (ahead_ && ahead_->expected != next_seq_) GoTo(next_seq_);
  if (!ahead_) return source_->Next(next_seq_);
  StatusOr<Work> work = std::move(ahead_->work);
  ahead_.reset();
  return work;
}

void Lane::ReadAhead() {
  if (ahead_ || !work_->batch.IsLarge()) return;
  const int64_t expected = work_->batch.records().back().end_seq();
  ahead_.emplace(expected, source_->Next(expected));
}

Status Lane::Do(const Work& work) {
  switch (work.is) {
    case Work::Is::kNothing:
    case Work::Is::kPassed:
      return absl::OkStatus();
    case Work::Is::kBatch:
      oldest_us_ = absl::ToUnixMicros(work.batch.records().front().record.received);
      // A backlog is not to wait.
      next_send_ = work.is_newest ? SteadyIn(parts_.pace) : SteadyTime::min();
      return Send(work.batch.records());
    case Work::Is::kCall:
      oldest_us_ = absl::ToUnixMicros(work.call.record.received);
      return Call(work.call);
    case Work::Is::kDamaged:
      return SkipLost(work.gap.last_seq);
    case Work::Is::kMissing:
      return DoMissing(work);
  }
  return absl::OkStatus();
}

// The upstream expects less than what comes next: it was set back, or what it lacks is lost.
Status Lane::DoMissing(const Work& work) {
  if (searched_ != next_seq_) {
    searched_ = next_seq_;
    Search(next_seq_);
    return absl::OkStatus();
  }
  return SkipLost(work.gap.last_seq);
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

Status Lane::NoteRefused(spool::Position position) {
  NoteRecord note;
  note.mutable_refused()->set_segment(position.segment);
  note.mutable_refused()->set_offset(position.offset);
  absl::Notification noted;
  Status outcome;
  parts_.journal.NoteDurably(id_, note, [&](const StatusOr<spool::Appended>& appended) {
    outcome = appended.status();
    noted.Notify();
  });
  noted.WaitForNotification();
  return outcome;
}

Status Lane::Settle(const Work& work) {
  for (const KeptRecord& record : work.batch.records()) RETURN_IF_ERROR(Settle(record));
  if (work.is != Work::Is::kNothing) return absl::OkStatus();
  const Memory::Points points = parts_.journal.memory().PointsOf(id_);
  if (points.last < work.end) ledger_.SettleAll(points.points, work.is_after_gap);
  return absl::OkStatus();
}

Status Lane::Settle(const KeptRecord& record) {
  Fate fate = Fate::kConfirmed;
  if (parts_.journal.memory().WasRefused(id_, record.record.position)) {
    fate = Fate::kRefused;
  } else {
    ASSIGN_OR_RETURN(const bool is_there, parts_.quarantine.Has(record.record.position));
    if (is_there) fate = Fate::kQuarantined;
  }
  ledger_.Settle(record.counted, fate);
  return absl::OkStatus();
}

void Lane::Confirm(spool::Position position) {
  if (position <= confirmations_.confirmed()) return;
  confirmed_seq_ = next_seq_;
  confirmations_.Confirm(position);
  parts_.moved();
  if (Since(noted_at_) >= kNoteEvery) NoteConfirmed();
}

void Lane::NoteConfirmed() {
  const spool::Position position = confirmations_.confirmed();
  noted_at_ = SteadyNow();
  // A note moves the lane's end, which would be worth a note.
  if (position <= noted_) return;
  NoteRecord note;
  note.mutable_confirmed()->set_segment(position.segment);
  note.mutable_confirmed()->set_offset(position.offset);
  if (confirmed_seq_) note.mutable_confirmed()->set_next_seq(*confirmed_seq_);
  *note.mutable_confirmed()->mutable_settled() = ledger_.settled();
  parts_.journal.Note(id_, note);
  noted_ = position;
}

// Of the order in which the two are looked at nothing depends: what was acknowledged is in one of
// them.
CatchingUp::Place Lane::WrittenNow() const {
  CatchingUp::Place place{parts_.journal.spool().durable(), 0};
  for (const auto& lane : parts_.journal.spool().Lanes()) {
    if (lane.id == id_) place.seq = lane.next_seq;
  }
  return place;
}

bool Lane::CatchUp() {
  const CatchingUp::Place sent{confirmations_.confirmed(), next_seq_};
  if (!catching_up_.IsDue(sent)) return true;
  const Status status = catching_up_.Ask(epoch_, sent, [this] { return WrittenNow(); });
  // All but that the upstream was set back, or has another epoch, is for the next time.
  return status.ok() || (!Understand(status).ok() && open_);
}

void Lane::Leave() {
  if (!open_ || work_ || ahead_ || parts_.upstream.away() || !health().ok()) return;
  const auto rest = source_->Next(next_seq_);
  if (!rest.ok() || rest->is != Work::Is::kNothing || next_seq_ < WrittenNow().seq) return;
  catching_up_.Leave(epoch_, next_seq_);
}

void Lane::WaitForMore(const std::stop_token& stop, spool::Position seen) {
  wake_->Reset();
  parts_.journal.spool().WhenDurable(seen, [wake = wake_] { wake->Up(); });
  while (!wake_->Sleep(stop, std::min(SteadyIn(kLook), catching_up_.due()))) {
    if (stop.stop_requested()) return;
    ShowLife();
    if (!CatchUp()) return;
  }
}

void Lane::Pause(const std::stop_token& stop, absl::Duration time) {
  const SteadyTime end = SteadyIn(time);
  const bool was_away = parts_.upstream.away();
  while (!stop.stop_requested() && SteadyNow() < end) {
    wake_->Reset();
    wake_->Sleep(stop, SteadyIn(kGlance));
    ShowLife();
    // It was found to be there again: what is left of the pause is for an upstream that is away.
    if (was_away && !parts_.upstream.away()) return backoff_.Reset();
  }
}

}  // namespace rookery::sidecar
