#include "sidecar/spool/log.h"

#include <absl/strings/escaping.h>
#include <absl/time/time.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sidecar/spool/folder_survey.h"
#include "sidecar/spool/log_reader.h"
#include "sidecar/spool/record_scanner.h"

namespace rookery::spool {

Log::Log(FileSystem& files, const Clock& clock, Options options, State& state)
    : files_(files),
      clock_(clock),
      options_(std::move(options)),
      state_(state),
      metrics_(options_.metrics),
      spares_(files, options_, set_, metrics_) {}

Log::~Log() {
  {
    const std::lock_guard lock(mutex_);
    if (has_appended_ && failing_.ok()) Seal();
    closing_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  spares_.Stop();
}

Status Log::Start() {
  const SteadyTime begin = SteadyNow();
  RETURN_IF_ERROR(files_.MakeFolder(options_.folder));
  ASSIGN_OR_RETURN(folder_lock_, files_.Lock(options_.folder + "/lock"));
  ASSIGN_OR_RETURN(const bool has_segments, HasSegments(files_, options_.folder));
  ASSIGN_OR_RETURN(const Producers producers,
                   OpenIdentity(files_, options_.folder, has_segments, options_.adopt));
  producer_id_ = absl::BytesToHexString(producers.front());
  ASSIGN_OR_RETURN(Recovered recovered,
                   Recover(files_, options_.folder, producers, metrics_, &state_, &set_));
  lanes_ = std::move(recovered.lanes);
  durable_ = recovered.end;
  heartbeat_ = SteadyNow();
  queue_.emplace(static_cast<uint64_t>(options_.segment_bytes), recovered.greatest_number);
  writer_.emplace(files_, options_.folder, producers.front(), recovered.end, set_, spares_,
                  metrics_);
  // What has records already must be readable even if the disk takes no more.
  RETURN_IF_ERROR(spares_.Start(/*make=*/!has_segments));
  metrics_.recovery.Set(absl::ToDoubleSeconds(Since(begin)));
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

StatusOr<LaneId> Log::LaneOf(std::string_view name) {
  if (name.empty() || name.size() > kMaxLaneNameBytes) {
    return absl::InvalidArgumentError("The name of a lane has 1 to 256 bytes");
  }
  const std::lock_guard lock(mutex_);
  if (const auto found = lanes_.Find(name)) return *found;
  const uint64_t more = name.size() + sizeof(int64_t) + sizeof(uint16_t);
  if (lanes_.size() >= kMaxLanes ||
      lanes_.encoded_bytes() + more > static_cast<uint64_t>(options_.segment_bytes) / 8) {
    return absl::ResourceExhaustedError("The spool has as many lanes as fit");
  }
  return lanes_.Add(name);
}

std::vector<Spool::Lane> Log::Lanes() const {
  const std::lock_guard lock(mutex_);
  std::vector<Lane> lanes;
  for (size_t i = 0; i < lanes_.size(); ++i) {
    const auto id = static_cast<LaneId>(i);
    lanes.push_back({id, lanes_.rows()[i].name, NextSeq(id)});
  }
  return lanes;
}

void Log::RaiseNextSeq(LaneId lane, int64_t seq) {
  const std::lock_guard lock(mutex_);
  if (lane >= lanes_.size()) return;
  if (raised_.size() < lanes_.size()) raised_.resize(lanes_.size());
  raised_[lane] = std::max(raised_[lane], seq);
}

std::unique_ptr<Reader> Log::Read(LaneId lane, Position from) {
  return std::make_unique<LogReader>(files_, set_, metrics_, lane, from, std::nullopt);
}

std::unique_ptr<Reader> Log::ReadFrom(LaneId lane, int64_t seq) {
  return std::make_unique<LogReader>(files_, set_, metrics_, lane, Position{}, seq);
}

void Log::WhenDurable(Position seen, std::function<void()> wake) {
  {
    const std::lock_guard lock(mutex_);
    if (durable_ <= seen) {
      wakers_.emplace_back(seen, std::move(wake));
      return;
    }
  }
  wake();
}

Position Log::durable() const {
  const std::lock_guard lock(mutex_);
  return durable_;
}

void Log::Release(Position position) {
  set_.Release(std::min(position, durable()), options_.steady());
  spares_.Notify();
}

Usage Log::usage() const {
  Usage usage;
  {
    const std::lock_guard lock(mutex_);
    usage.bytes = Used(0, /*begins=*/false);
  }
  usage.capacity_bytes = spares_.capacity() * options_.segment_bytes;
  usage.segments = spares_.segments();
  usage.oldest = OldestReceived().value_or(absl::InfiniteFuture());
  return usage;
}

std::optional<absl::Time> Log::OldestReceived() const {
  const Position released = set_.released();
  SegmentRef segment = set_.AtOrBefore(released.segment);
  if (segment == nullptr) segment = set_.First();
  for (; segment != nullptr; segment = set_.After(segment->number)) {
    const auto file = files_.Open(segment->path, /*writable=*/false);
    if (!file.ok()) return segment->begun;
    uint64_t from = segment->body;
    if (segment->number == released.segment) from = std::max<uint64_t>(from, released.offset);
    RecordScanner scanner(**file, segment->number, from, segment->end);
    for (auto item = scanner.Next();; item = scanner.Next()) {
      if (!item.ok()) return segment->begun;
      if (item->is == RecordScanner::Item::Is::kEnd) break;
      if (item->header.kind == kLaneKind || item->header.kind == kSealKind) continue;
      return absl::FromUnixNanos(item->header.received_ns);
    }
  }
  return std::nullopt;
}

Status Log::Writable() const {
  const std::lock_guard lock(mutex_);
  if (closing_) return absl::UnavailableError("The spool is closing");
  RETURN_IF_ERROR(failing_);
  const uint64_t bytes = RecordBytes(0);
  return Room(Priority::kEssential, bytes, !queue_->Fits(bytes + SealBytes()));
}

SteadyTime Log::heartbeat() const {
  const std::lock_guard lock(mutex_);
  return heartbeat_;
}

}  // namespace rookery::spool
