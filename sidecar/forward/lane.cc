#include "sidecar/forward/lane.h"

#include <absl/synchronization/notification.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace rookery::sidecar {
namespace {

constexpr absl::Duration kNoteEvery = absl::Seconds(2);
// How often a lane that has nothing to do shows that it lives.
constexpr absl::Duration kLook = absl::Seconds(5);

// How often a lane that pauses looks whether the upstream is back.
constexpr absl::Duration kGlance = absl::Milliseconds(100);

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
