#include "sidecar/forward/lane_source.h"

#include <algorithm>

#include "sidecar/journal/write_scan.h"

namespace rookery::sidecar {

using Is = spool::Reader::Item::Is;

namespace {

// So that one Work does not grow with the backlog.
constexpr size_t kMaxPassed = 1000;

}  // namespace

StatusOr<LaneSource::Item> LaneSource::Read() {
  if (held_) return *std::exchange(held_, std::nullopt);
  ASSIGN_OR_RETURN(spool::Reader::Item read, reader_->Next());
  Item item;
  item.is = read.is;
  item.gap = read.gap;
  item.record.record = read.record;
  item.record.payload = std::string(read.record.payload);
  item.record.record.payload = {};
  item.record.end = reader_->position();
  if (item.is == Is::kGap) is_after_gap_ = true;
  if (item.is != Is::kRecord || item.record.record.kind != spool::Kind::kData) return item;
  CountedRecord& counted = item.record.counted;
  counted.is_after_gap = std::exchange(is_after_gap_, false);
  if (const auto scan = ScanWrite(item.record.payload)) {
    counted.points = scan->points;
    counted.points_before = scan->points_before;
  }
  return item;
}

StatusOr<LaneSource::Work> LaneSource::Next(int64_t expected) {
  Work work;
  const auto first_missing = [&](int64_t last, Work::Is is) {
    work.is = is;
    work.gap = {0, expected, last};
  };
  while (true) {
    ASSIGN_OR_RETURN(Item item, Read());
    const bool is_data = item.is == Is::kRecord && item.record.record.kind == spool::Kind::kData;
    const bool is_call = item.is == Is::kRecord && item.record.record.kind == spool::Kind::kCall;
    const bool is_new_gap = item.is == Is::kGap && item.gap.last_seq >= expected;
    if (!work.batch.empty()) {
      if (is_data && work.batch.Takes(item.record)) {
        work.end = item.record.end;
        work.batch.Add(std::move(item.record));
        continue;
      }
      if (item.is == Is::kEnd) {
        work.is_newest = true;
        return work;
      }
      if (is_data || is_call || is_new_gap) {
        held_ = std::move(item);
        return work;
      }
      continue;
    }
    if (item.is == Is::kEnd) {
      work.end = item.record.end;
      work.is_after_gap = is_after_gap_;
      return work;
    }
    if (is_new_gap) {
      first_missing(item.gap.last_seq, Work::Is::kDamaged);
      work.end = item.record.end;
      return work;
    }
    if (is_call) {
      work.is = Work::Is::kCall;
      work.end = item.record.end;
      work.call = std::move(item.record);
      return work;
    }
    if (!is_data) continue;
    if (item.record.end_seq() <= expected) {
      work.end = item.record.end;
      item.record.payload.clear();
      work.passed.push_back(std::move(item.record));
      if (work.passed.size() < kMaxPassed) continue;
      work.is = Work::Is::kPassed;
      return work;
    }
    if (item.record.record.first_seq > expected) {
      first_missing(item.record.record.first_seq - 1, Work::Is::kMissing);
      work.end = item.record.record.position;
      item.record.counted.is_after_gap = true;
      held_ = std::move(item);
      return work;
    }
    work.is = Work::Is::kBatch;
    work.end = item.record.end;
    work.batch.Add(std::move(item.record));
  }
}

}  // namespace rookery::sidecar
