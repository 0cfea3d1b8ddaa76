// What became of a lane's points.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>

#include "sidecar/journal/records.pb.h"

namespace rookery::sidecar {

// A record on its way out of the spool, as far as its points go.
struct CountedRecord {
  int64_t points = 0;
  // Of its lane, before it; nothing: the record is old and does not say it.
  std::optional<int64_t> points_before;
  // Records between the one before and this one were lost.
  bool is_after_gap = false;
};

enum class Fate { kConfirmed, kQuarantined, kRefused };

// The points of a lane are numbered by the records that hold them, from 0 up, and each is settled
// once, in that order: so the sum of all fates is the number of the next one, and what the spool
// has taken in and is not settled is still to be sent. Records that come again change nothing.
// Written by one thread, read by any.
class Ledger {
 public:
  explicit Ledger(const Settled& noted) : settled_(noted) {}

  // The next record. Points before it that no record held are lost, if it comes after a gap; else
  // their records are recycled, which happens only to what is upstream.
  void Settle(const CountedRecord& record, Fate fate);
  // All that was taken in, `points`, lies before where the lane is.
  void SettleAll(int64_t points, bool is_after_gap);

  Settled settled() const;

 private:
  void SkipTo(int64_t points, bool is_after_gap);

  mutable std::mutex mutex_;
  Settled settled_;  // guarded by mutex_
};

int64_t SumOf(const Settled& settled);

}  // namespace rookery::sidecar
