// The segments of the log, as far as they are on disk.
#pragma once

#include <absl/time/time.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "libs/base/steady.h"
#include "sidecar/spool/record.h"

namespace rookery::spool {

struct Segment {
  uint64_t number = 0;
  std::string path;
  uint64_t file_bytes = 0;
  // Where its records may begin.
  uint64_t body = 0;
  // By lane, the numbers with which it begins; a lane beyond it begins with 0.
  std::optional<std::vector<int64_t>> next_seqs;
  absl::Time begun;
  // Where the records that are on disk end. Grows while it is written.
  std::atomic<uint64_t> end = 0;

  int64_t next_seq(LaneId lane) const {
    return next_seqs && lane < next_seqs->size() ? (*next_seqs)[lane] : 0;
  }
};

// Whoever holds one keeps its file from being used again.
using SegmentRef = std::shared_ptr<const Segment>;

// Thread-safe.
class SegmentSet {
 public:
  void Add(const std::shared_ptr<Segment>& segment);
  // One that holds no record that is on disk.
  void Drop(uint64_t number);
  // This one is written now, and so never released.
  void SetActive(uint64_t number);
  // From this one on they are needed to know the owner's state.
  void KeepFrom(uint64_t number);
  // What the lanes' numbers were where the log ended at the start, in segment `last`.
  void SetRecovered(uint64_t last, std::vector<int64_t> next_seqs);

  // Null: there is none.
  SegmentRef First() const;
  SegmentRef Last() const;
  SegmentRef AtOrBefore(uint64_t number) const;
  SegmentRef After(uint64_t number) const;
  // By the numbers with which it begins, the last one before the records of `seq`.
  SegmentRef Before(LaneId lane, int64_t seq) const;
  // The lane's next number where the log ended at the start, if `segment` is the last one still.
  std::optional<int64_t> RecoveredAfter(uint64_t segment, LaneId lane) const;

  // What lies before is released.
  void Release(Position position, SteadyTime now);
  Position released() const;
  // Takes the first one out of it, if it was released no later than `before` and nobody holds it.
  std::shared_ptr<Segment> TakeReleased(SteadyTime before);

  // Whether TakeReleased would give one sooner or later.
  bool HasReleased() const;

  int64_t size() const;
  // How many are not released.
  int64_t live() const;

 private:
  struct Entry {
    std::shared_ptr<Segment> segment;
    std::optional<SteadyTime> released;
  };

  void MarkReleased();

  mutable std::mutex mutex_;
  // All below: guarded by mutex_.
  std::map<uint64_t, Entry> segments_;
  uint64_t active_ = 0;
  uint64_t keep_from_ = 0;
  uint64_t recovered_last_ = 0;
  std::vector<int64_t> recovered_next_seqs_;
  Position released_;
  SteadyTime released_at_;
};

}  // namespace rookery::spool
