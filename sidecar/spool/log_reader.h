// Reads one lane of the log.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "libs/base/status.h"
#include "sidecar/spool/file_system.h"
#include "sidecar/spool/record_scanner.h"
#include "sidecar/spool/segment_set.h"
#include "sidecar/spool/spool.h"
#include "sidecar/spool/spool_metrics.h"

namespace rookery::spool {

// Holds the segment that it reads, so that its file is not used again meanwhile.
class LogReader final : public Reader {
 public:
  // From `from` on, and not before number `seq`. `by_seq`: numbers from `seq` on that are not there
  // are a gap, even those that were recycled.
  LogReader(FileSystem& files, const SegmentSet& set, const SpoolMetrics& metrics, LaneId lane,
            Position from, std::optional<int64_t> seq);

  StatusOr<Item> Next() override;
  Position position() const override;

 private:
  using Scanned = RecordScanner::Item;

  // Whether there is a segment to read.
  StatusOr<bool> Enter();
  Status Open(SegmentRef segment);
  SegmentRef First() const;
  // The lane's next number is `seq`, as a segment's head or a record says: what is missing before.
  std::optional<Gap> Expect(int64_t seq);
  // What the head of the segment says.
  std::optional<Gap> ExpectHead();
  std::optional<Item> Take(const Scanned& scanned);
  std::optional<Item> Hand(const Record& record);
  Item AtEnd();
  Item Tell(const Gap& gap);

  FileSystem& files_;
  const SegmentSet& set_;
  const SpoolMetrics& metrics_;
  const LaneId lane_;
  const Position from_;
  const std::optional<int64_t> seq_;

  SegmentRef segment_;
  std::unique_ptr<File> file_;
  std::optional<RecordScanner> scanner_;
  // The number that comes next; nothing: not known yet.
  std::optional<int64_t> expected_;
  // What was read, when a gap before it was told first.
  std::optional<Record> held_;
};

}  // namespace rookery::spool
