// What those who append do.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "sidecar/spool/log.h"

namespace rookery::spool {
namespace {

constexpr double kLowShare = 0.80;
constexpr double kMetricsShare = 0.95;

bool IsOwners(Kind kind) {
  return kind == Kind::kData || kind == Kind::kCall || kind == Kind::kNote;
}

}  // namespace

void Log::Append(const Entry& entry, Done done) {
  StatusOr<Appended> appended = absl::UnknownError("");
  {
    const std::lock_guard lock(mutex_);
    appended = TryAppend(entry, &done);
  }
  // Taken: the thread calls it.
  if (done) done(std::move(appended));
}

StatusOr<Appended> Log::TryAppend(const Entry& entry, Done* done) {
  RETURN_IF_ERROR(Check(entry));
  uint64_t bytes = RecordBytes(entry.payload.size());
  if (NeedsLaneRecord(entry.lane)) {
    bytes += RecordBytes(sizeof(int64_t) + lanes_.rows()[entry.lane].name.size());
  }
  if (queue_->bytes() + writing_bytes_ + bytes >
      static_cast<uint64_t>(options_.max_buffered_bytes)) {
    return absl::ResourceExhaustedError("Too much waits to be written to the spool's disk");
  }
  const bool begins = !queue_->Fits(bytes + SealBytes());
  RETURN_IF_ERROR(Room(entry.priority, bytes, begins));
  if (begins) queue_->Begin(HeaderNow());

  const absl::Time now = clock_.Now();
  if (NeedsLaneRecord(entry.lane)) AddLaneRecord(entry.lane, now);
  const int64_t first_seq = lanes_.next_seq(entry.lane);
  const RecordHeader header{.kind = entry.kind,
                            .lane = entry.lane,
                            .things = static_cast<uint32_t>(entry.things),
                            .first_seq = first_seq,
                            .received_ns = absl::ToUnixNanos(now)};
  const Position position = queue_->Add(header, entry.payload);
  lanes_.set_next_seq(entry.lane, header.next_seq());
  has_appended_ = true;
  state_.Apply(AsRecord(position.segment, position.offset, header, entry.payload));
  if (entry.level == AckLevel::kDurable) {
    queue_->Wait(first_seq, std::exchange(*done, nullptr));
  }
  if (!entry.caller_writes) changed_.notify_all();
  return Appended{.position = position, .first_seq = first_seq};
}

Status Log::Check(const Entry& entry) const {
  if (closing_) return absl::UnavailableError("The spool is closing");
  if (!IsOwners(entry.kind)) return absl::InvalidArgumentError("No such kind of record");
  if (entry.lane >= lanes_.size()) return absl::InvalidArgumentError("No such lane");
  if (entry.things < 0 || entry.things > std::numeric_limits<int32_t>::max()) {
    return absl::InvalidArgumentError("A record has 0 to 2^31 - 1 things");
  }
  if (NextSeq(entry.lane) > std::numeric_limits<int64_t>::max() - entry.things) {
    return absl::InvalidArgumentError("The lane has no more numbers");
  }
  if (entry.payload.size() > static_cast<uint64_t>(options_.max_payload_bytes)) {
    return absl::InvalidArgumentError(
        fmt::format("A record of {} bytes is larger than the spool takes, which is {}",
                    entry.payload.size(), options_.max_payload_bytes));
  }
  return failing_;
}

Status Log::Room(Priority priority, uint64_t bytes, bool begins) const {
  const int64_t capacity = spares_.capacity() * options_.segment_bytes;
  // One segment is for what is essential, however small the spool is.
  const auto share = [&](double part) {
    return std::min(static_cast<int64_t>(part * static_cast<double>(capacity)),
                    capacity - options_.segment_bytes);
  };
  const int64_t used = Used(bytes, begins);
  switch (priority) {
    case Priority::kLow:
      if (used > share(kLowShare)) {
        return absl::ResourceExhaustedError("The spool is full for what is of low priority");
      }
      break;
    case Priority::kMetrics:
      if (used > share(kMetricsShare)) {
        return absl::ResourceExhaustedError("The spool is full for metrics");
      }
      break;
    case Priority::kEssential:
      break;
  }
  if (used > capacity) return absl::ResourceExhaustedError("The spool is full");
  if (!begins) return absl::OkStatus();
  Status problem = spares_.CanPlan(queue_->planned() + writing_planned_ + 1);
  if (problem.ok()) return problem;
  return absl::ResourceExhaustedError(
      fmt::format("The spool cannot get another segment: {}", std::string(problem.message())));
}

int64_t Log::Used(uint64_t bytes, bool begins) const {
  const int64_t segments = set_.live() + queue_->planned() + writing_planned_;
  const Position place = queue_->place();
  if (begins || place.segment == 0) {
    return segments * options_.segment_bytes + static_cast<int64_t>(bytes);
  }
  return (segments - 1) * options_.segment_bytes + place.offset + static_cast<int64_t>(bytes);
}

SegmentHeader Log::HeaderNow() {
  SegmentHeader header;
  header.begun_ns = absl::ToUnixNanos(clock_.Now());
  header.lanes = lanes_.rows();
  std::string state = state_.Snapshot();
  // Larger than was agreed: a start then goes back to an earlier one.
  if (state.size() <= std::min<size_t>(kMaxStateBytes, options_.segment_bytes / 8)) {
    header.state = std::move(state);
  }
  return header;
}

int64_t Log::NextSeq(LaneId lane) const {
  return std::max(lanes_.next_seq(lane), lane < raised_.size() ? raised_[lane] : 0);
}

bool Log::NeedsLaneRecord(LaneId lane) const {
  return lane >= is_logged_.size() || !is_logged_[lane] || NextSeq(lane) > lanes_.next_seq(lane);
}

void Log::AddLaneRecord(LaneId lane, absl::Time now) {
  const int64_t next_seq = NextSeq(lane);
  const RecordHeader header{.kind = kLaneKind,
                            .lane = lane,
                            .first_seq = lanes_.next_seq(lane),
                            .received_ns = absl::ToUnixNanos(now)};
  queue_->Add(header, EncodeLane(next_seq, lanes_.rows()[lane].name));
  lanes_.set_next_seq(lane, next_seq);
  if (is_logged_.size() < lanes_.size()) is_logged_.resize(lanes_.size());
  is_logged_[lane] = true;
}

uint64_t Log::SealBytes() const { return RecordBytes(lanes_.encoded_bytes()); }

void Log::Seal() {
  if (!queue_->Fits(SealBytes())) return;
  std::string payload;
  EncodeLanes(lanes_.rows(), &payload);
  queue_->EndGroup();
  queue_->Add({.kind = kSealKind,
               .things = static_cast<uint32_t>(lanes_.size()),
               .received_ns = absl::ToUnixNanos(clock_.Now())},
              payload);
}

}  // namespace rookery::spool
