#include "sidecar/spool/segment_set.h"

#include <algorithm>
#include <iterator>
#include <ranges>
#include <utility>

namespace rookery::spool {

void SegmentSet::Add(const std::shared_ptr<Segment>& segment) {
  const std::lock_guard lock(mutex_);
  segments_[segment->number] = {segment, std::nullopt};
}

void SegmentSet::Drop(uint64_t number) {
  const std::lock_guard lock(mutex_);
  segments_.erase(number);
}

void SegmentSet::SetActive(uint64_t number) {
  const std::lock_guard lock(mutex_);
  active_ = number;
  MarkReleased();  // What was active before.
}

void SegmentSet::KeepFrom(uint64_t number) {
  const std::lock_guard lock(mutex_);
  keep_from_ = number;
}

void SegmentSet::SetRecovered(uint64_t last, std::vector<int64_t> next_seqs) {
  const std::lock_guard lock(mutex_);
  recovered_last_ = last;
  recovered_next_seqs_ = std::move(next_seqs);
}

SegmentRef SegmentSet::First() const {
  const std::lock_guard lock(mutex_);
  return segments_.empty() ? nullptr : segments_.begin()->second.segment;
}

SegmentRef SegmentSet::Last() const {
  const std::lock_guard lock(mutex_);
  return segments_.empty() ? nullptr : segments_.rbegin()->second.segment;
}

SegmentRef SegmentSet::AtOrBefore(uint64_t number) const {
  const std::lock_guard lock(mutex_);
  const auto after = segments_.upper_bound(number);
  return after == segments_.begin() ? nullptr : std::prev(after)->second.segment;
}

SegmentRef SegmentSet::After(uint64_t number) const {
  const std::lock_guard lock(mutex_);
  const auto after = segments_.upper_bound(number);
  return after == segments_.end() ? nullptr : after->second.segment;
}

SegmentRef SegmentSet::Before(LaneId lane, int64_t seq) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [number, entry] : segments_ | std::views::reverse) {
    const Segment& segment = *entry.segment;
    if (!segment.next_seqs) continue;
    // Not one that begins with `seq` itself: calls that go before it may stand in an earlier one.
    if (lane >= segment.next_seqs->size() || segment.next_seq(lane) < seq) {
      return entry.segment;
    }
  }
  return nullptr;
}

std::optional<int64_t> SegmentSet::RecoveredAfter(uint64_t segment, LaneId lane) const {
  const std::lock_guard lock(mutex_);
  if (segment != recovered_last_ || segments_.upper_bound(segment) != segments_.end()) {
    return std::nullopt;
  }
  return lane < recovered_next_seqs_.size() ? recovered_next_seqs_[lane] : 0;
}

void SegmentSet::Release(Position position, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  released_ = std::max(released_, position);
  released_at_ = now;
  MarkReleased();
}

void SegmentSet::MarkReleased() {
  for (auto& [number, entry] : segments_) {
    if (number > released_.segment) return;
    const bool all = number < released_.segment || released_.offset >= entry.segment->end.load();
    if (all && number != active_ && !entry.released) entry.released = released_at_;
  }
}

Position SegmentSet::released() const {
  const std::lock_guard lock(mutex_);
  return released_;
}

std::shared_ptr<Segment> SegmentSet::TakeReleased(SteadyTime before) {
  const std::lock_guard lock(mutex_);
  if (segments_.empty()) return nullptr;
  const auto first = segments_.begin();
  const Entry& entry = first->second;
  if (first->first >= keep_from_ || !entry.released || *entry.released > before) return nullptr;
  // Only this set gives references out, and not now.
  if (entry.segment.use_count() > 1) return nullptr;
  std::shared_ptr<Segment> taken = entry.segment;
  segments_.erase(first);
  return taken;
}

bool SegmentSet::HasReleased() const {
  const std::lock_guard lock(mutex_);
  if (segments_.empty()) return false;
  const auto& [number, entry] = *segments_.begin();
  return number < keep_from_ && entry.released && entry.segment.use_count() == 1;
}

int64_t SegmentSet::size() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int64_t>(segments_.size());
}

int64_t SegmentSet::live() const {
  const std::lock_guard lock(mutex_);
  return std::count_if(segments_.begin(), segments_.end(),
                       [](const auto& entry) { return !entry.second.released; });
}

}  // namespace rookery::spool
