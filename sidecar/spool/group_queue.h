// Records that were appended and are not on disk yet, in the groups in which they will be written.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sidecar/spool/record_codec.h"
#include "sidecar/spool/segment_header.h"
#include "sidecar/spool/spool.h"

namespace rookery::spool {

// Who waits for a record that begins at this byte of the group.
struct Waiter {
  size_t at = 0;
  int64_t first_seq = 0;
  Spool::Done done;
};

struct Group {
  // It is the first of a segment that is to be begun with this.
  std::optional<SegmentHeader> begins;
  // Where its bytes will be written.
  uint64_t segment = 0;
  uint64_t offset = 0;
  std::string bytes;  // of records that are not finished
  int64_t records = 0;
  std::vector<Waiter> waiters;

  uint64_t end() const { return offset + bytes.size(); }
};

// Gives each record its place: in the segment that was begun last, until another is begun. Not
// thread-safe.
class GroupQueue {
 public:
  GroupQueue(uint64_t segment_bytes, uint64_t greatest_number)
      : segment_bytes_(segment_bytes), number_(greatest_number) {}

  // Whether so many bytes fit in the segment.
  bool Fits(uint64_t bytes) const { return segment_ != 0 && offset_ + bytes <= segment_bytes_; }
  // Nothing fits any more: the next record begins a segment.
  void EndSegment() { segment_ = 0; }
  // The next record is of another group than those so far.
  void EndGroup();
  // The next record will be the first of a new segment with this header.
  void Begin(SegmentHeader header);
  // Fits was true. Returns its place.
  Position Add(const RecordHeader& header, std::string_view payload);
  // For the record that was added last.
  void Wait(int64_t first_seq, Spool::Done done);

  bool empty() const { return groups_.empty(); }
  // Whether the group that comes next begins a segment; there is one.
  bool begins() const { return groups_.front().begins.has_value(); }
  // All bytes of its groups.
  uint64_t bytes() const { return bytes_; }
  // Where the next record goes; segment 0 if it begins one.
  Position place() const { return {segment_, static_cast<uint32_t>(offset_)}; }
  // Segments that are still to be begun.
  int64_t planned() const;

  Group Pop();
  // `failed` could not be written. It comes first again, in a new segment, and all that follow
  // move behind it. Places only grow.
  void Relocate(Group failed);
  std::vector<Waiter> TakeWaiters();

 private:
  Group& Back();
  // Adds what is in `bytes` of `group`, record by record.
  void Move(Group group);

  const uint64_t segment_bytes_;
  std::deque<Group> groups_;
  uint64_t bytes_ = 0;
  uint64_t number_;
  uint64_t segment_ = 0;
  uint64_t offset_ = 0;
  size_t last_at_ = 0;
};

}  // namespace rookery::spool
