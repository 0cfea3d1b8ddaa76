#include "sidecar/spool/spares.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>

#include "sidecar/spool/file_names.h"

namespace rookery::spool {
namespace {

constexpr size_t kReady = 2;
constexpr std::chrono::milliseconds kPeriod(1000);
// While there is none, what is in the way may be gone soon: a reader in a released segment.
constexpr std::chrono::milliseconds kShortPeriod(50);

// What was released then has been kept for as long as it is to be.
SteadyTime KeptSince(const Options& options) {
  constexpr absl::Duration kForEver = absl::Hours(24 * 365 * 100);
  if (options.retention >= kForEver) return SteadyTime::min();
  return options.steady() - absl::ToChronoNanoseconds(options.retention);
}

}  // namespace

Spares::Spares(FileSystem& files, const Options& options, SegmentSet& set,
               const SpoolMetrics& metrics)
    : files_(files),
      options_(options),
      set_(set),
      metrics_(metrics),
      max_segments_(options.max_bytes / options.segment_bytes) {}

Spares::~Spares() {
  Stop();
  if (thread_.joinable()) thread_.join();
}

Status Spares::Start(bool make) {
  ASSIGN_OR_RETURN(const auto names, files_.List(options_.folder));
  for (const std::string& name : names) {
    const std::string path = options_.folder + "/" + name;
    const auto number = ParseSpareName(name);
    bool keep = false;
    if (number) {
      last_number_ = std::max(last_number_, *number);
      const auto file = files_.Open(path, /*writable=*/false);
      const auto size = file.ok() ? (*file)->Size() : file.status();
      keep = size.ok() && *size == static_cast<uint64_t>(options_.segment_bytes) &&
             SegmentsLocked() < max_segments_;
    }
    if (keep) {
      ready_.push_back(path);
    } else if (number || IsUnfinished(name)) {
      if (const Status removed = files_.Remove(path); !removed.ok()) {
        spdlog::warn("Spool: {}", std::string(removed.message()));
      }
    }
  }
  while (make && ready_.size() < kReady) RETURN_IF_ERROR(Make());
  Refresh();
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

StatusOr<std::string> Spares::Take() {
  std::unique_lock lock(mutex_);
  const uint64_t before = attempts_;
  notified_ = true;
  changed_.notify_all();
  // Two attempts: one may have begun before whatever made room.
  changed_.wait(lock, [&] {
    return !ready_.empty() || stopping_ || (!problem_.ok() && attempts_ >= before + 2);
  });
  if (ready_.empty()) {
    return stopping_ ? absl::UnavailableError("The spool is closing") : problem_;
  }
  std::string path = std::move(ready_.front());
  ready_.pop_front();
  ++taken_;
  notified_ = true;
  changed_.notify_all();
  return path;
}

void Spares::Used() {
  const std::lock_guard lock(mutex_);
  --taken_;
}

void Spares::Notify() {
  const std::lock_guard lock(mutex_);
  notified_ = true;
  changed_.notify_all();
}

void Spares::Stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

int64_t Spares::ready() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int64_t>(ready_.size());
}

int64_t Spares::capacity() const {
  const std::lock_guard lock(mutex_);
  return capacity_;
}

int64_t Spares::segments() const {
  const std::lock_guard lock(mutex_);
  return SegmentsLocked();
}

Status Spares::CanPlan(int64_t count) const {
  const std::lock_guard lock(mutex_);
  if (count <= static_cast<int64_t>(ready_.size()) || set_.HasReleased()) return absl::OkStatus();
  if (!problem_.ok()) return problem_;
  if (SegmentsLocked() < capacity_) return absl::OkStatus();
  return absl::ResourceExhaustedError("The spool holds all that it may");
}

void Spares::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    notified_ = false;
    bool made = false;
    if (ready_.size() < kReady) {
      lock.unlock();
      Status status = Make();
      // One refusal may be of the moment, and is nobody's business. A full disk is.
      if (absl::IsUnavailable(status)) status = Make();
      Refresh();
      lock.lock();
      made = status.ok();
      if (!made && problem_.ok())
        spdlog::warn("Spool: no spare segment: {}", std::string(status.message()));
      problem_ = status;
      ++attempts_;
      changed_.notify_all();
    } else {
      problem_ = absl::OkStatus();
      lock.unlock();
      Refresh();
      lock.lock();
    }
    if (made) continue;
    changed_.wait_for(lock, ready_.empty() ? kShortPeriod : kPeriod,
                      [&] { return notified_ || stopping_; });
  }
}

Status Spares::Make() {
  if (auto old = set_.TakeReleased(KeptSince(options_))) return Recycle(*old);
  const auto room = HasRoom(1);
  if (room.ok() && *room) {
    Status created = Create();
    if (created.ok()) return created;
    metrics_.spare_errors.Increment();
    // Those that are kept while there is room are not kept when there is none.
    if (auto old = set_.TakeReleased(SteadyTime::max())) return Recycle(*old);
    return created;
  }
  if (auto old = set_.TakeReleased(SteadyTime::max())) return Recycle(*old);
  RETURN_IF_ERROR(room);
  return absl::ResourceExhaustedError("The spool holds all that it may");
}

StatusOr<bool> Spares::HasRoom(int64_t more) {
  if (segments() + more > max_segments_) return false;
  ASSIGN_OR_RETURN(const auto space, files_.SpaceOf(options_.folder));
  const auto keep =
      static_cast<int64_t>(options_.keep_free * static_cast<double>(space.total_bytes));
  return space.free_bytes - more * options_.segment_bytes >= keep;
}

Status Spares::Create() {
  uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    number = ++last_number_;
  }
  const std::string path = options_.folder + "/" + SpareName(number);
  const std::string made = path + ".new";
  RETURN_IF_ERROR(files_.Create(made, static_cast<uint64_t>(options_.segment_bytes)));
  RETURN_IF_ERROR(files_.Rename(made, path));
  RETURN_IF_ERROR(files_.SyncFolder(options_.folder));
  const std::lock_guard lock(mutex_);
  ready_.push_back(path);
  problem_ = absl::OkStatus();
  return absl::OkStatus();
}

Status Spares::Recycle(const Segment& segment) {
  // One of another size, made with other options.
  if (segment.file_bytes != static_cast<uint64_t>(options_.segment_bytes)) {
    RETURN_IF_ERROR(files_.Remove(segment.path));
    return Make();
  }
  uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    number = ++last_number_;
  }
  const std::string path = options_.folder + "/" + SpareName(number);
  RETURN_IF_ERROR(files_.Rename(segment.path, path));
  RETURN_IF_ERROR(files_.SyncFolder(options_.folder));
  const std::lock_guard lock(mutex_);
  ready_.push_back(path);
  problem_ = absl::OkStatus();
  return absl::OkStatus();
}

void Spares::Refresh() {
  const int64_t now = segments();
  int64_t more = 0;
  if (const auto space = files_.SpaceOf(options_.folder); space.ok()) {
    const auto keep =
        static_cast<int64_t>(options_.keep_free * static_cast<double>(space->total_bytes));
    more = std::max<int64_t>(0, (space->free_bytes - keep) / options_.segment_bytes);
  }
  const std::lock_guard lock(mutex_);
  capacity_ = std::min(max_segments_, now + more);
}

int64_t Spares::SegmentsLocked() const {
  return set_.size() + static_cast<int64_t>(ready_.size()) + taken_;
}

}  // namespace rookery::spool
