// The spool.
#pragma once

#include <absl/time/time.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/status.h"
#include "libs/base/steady.h"
#include "sidecar/spool/file_system.h"
#include "sidecar/spool/group_queue.h"
#include "sidecar/spool/identity.h"
#include "sidecar/spool/lane_table.h"
#include "sidecar/spool/recovery.h"
#include "sidecar/spool/segment_set.h"
#include "sidecar/spool/segment_writer.h"
#include "sidecar/spool/spares.h"
#include "sidecar/spool/spool.h"
#include "sidecar/spool/spool_metrics.h"

namespace rookery::spool {

// Callers put records into a queue, under a mutex; a thread writes what is in it, group by group,
// or a caller of Write does.
class Log final : public Spool {
 public:
  Log(FileSystem& files, const Clock& clock, Options options, State& state);
  ~Log() override;

  // Once, before anything else. Errors: Spool::Open's.
  Status Start();

  const std::string& producer_id() const override { return producer_id_; }
  StatusOr<LaneId> LaneOf(std::string_view name) override;
  std::vector<Lane> Lanes() const override;
  void RaiseNextSeq(LaneId lane, int64_t seq) override;
  void Append(const Entry& entry, Done done) override;
  void Write() override;
  std::unique_ptr<Reader> Read(LaneId lane, Position from) override;
  std::unique_ptr<Reader> ReadFrom(LaneId lane, int64_t seq) override;
  void WhenDurable(Position seen, std::function<void()> wake) override;
  Position durable() const override;
  void Release(Position position) override;
  Usage usage() const override;
  Status Writable() const override;
  SteadyTime heartbeat() const override;

 private:
  // What follows needs mutex_, but for what is done while a group is written.

  // Takes `done` only if it will be called later.
  StatusOr<Appended> TryAppend(const Entry& entry, Done* done);
  Status Check(const Entry& entry) const;
  // Whether the disk has room for so many more bytes, which begin a segment if `begins`.
  Status Room(Priority priority, uint64_t bytes, bool begins) const;
  // Bytes that are not released, with a new segment if `begins`, and with those in it.
  int64_t Used(uint64_t bytes, bool begins) const;
  SegmentHeader HeaderNow();
  int64_t NextSeq(LaneId lane) const;
  bool NeedsLaneRecord(LaneId lane) const;
  void AddLaneRecord(LaneId lane, absl::Time now);
  void Seal();
  // What is kept free in a segment for a seal.
  uint64_t SealBytes() const;

  void Run();
  // One group of the queue, written or back in it.
  void WriteNext(std::unique_lock<std::mutex>& lock);
  void Written(Group group, std::unique_lock<std::mutex>& lock);
  void Refused(Group group, const Status& why, std::unique_lock<std::mutex>& lock);
  void GiveUp(std::unique_lock<std::mutex>& lock);
  std::optional<absl::Time> OldestReceived() const;

  FileSystem& files_;
  const Clock& clock_;
  const Options options_;
  State& state_;
  const SpoolMetrics metrics_;
  std::string producer_id_;
  std::unique_ptr<FolderLock> folder_lock_;
  SegmentSet set_;
  Spares spares_;
  std::optional<SegmentWriter> writer_;  // Used by whoever set is_writing_.

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // All below: guarded by mutex_.
  std::optional<GroupQueue> queue_;
  bool is_writing_ = false;
  bool was_quick_ = false;      // the write of the last group
  SteadyTime written_at_;       // when it was done
  uint64_t writing_bytes_ = 0;  // of the group that was taken out of it
  int64_t writing_planned_ = 0;
  LaneTable lanes_;  // with the numbers that the log's records have reached
  std::vector<int64_t> raised_;
  std::vector<bool> is_logged_;  // whether the lane has a record of its own in this log
  bool has_appended_ = false;
  Position durable_;
  std::vector<std::pair<Position, std::function<void()>>> wakers_;
  SteadyTime heartbeat_;
  Status failing_;
  SteadyTime failing_since_;
  bool closing_ = false;
  std::thread thread_;  // Last: uses all of the above.
};

}  // namespace rookery::spool
