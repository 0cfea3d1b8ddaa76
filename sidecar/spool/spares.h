// Files that are ready to become segments.
#pragma once

#include <absl/time/time.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "libs/base/status.h"
#include "sidecar/spool/file_system.h"
#include "sidecar/spool/segment_set.h"
#include "sidecar/spool/spool.h"
#include "sidecar/spool/spool_metrics.h"

namespace rookery::spool {

// Keeps two ready, by a thread of its own: segments whose retention is over, new files while there
// is room, or else segments that are released. Thread-safe.
class Spares {
 public:
  Spares(FileSystem& files, const Options& options, SegmentSet& set, const SpoolMetrics& metrics);
  ~Spares();
  Spares(const Spares&) = delete;
  Spares& operator=(const Spares&) = delete;

  // Takes those that are in the folder, and removes what was left half made. With `make`, makes
  // sure of two, or returns why there are fewer. Then its thread starts.
  Status Start(bool make);

  // A spare's path, which the caller renames. Waits until there is one, or returns why there is
  // none. Followed by Used.
  StatusOr<std::string> Take();
  // What was taken is in the set now, or gone.
  void Used();

  // Something was released: look again.
  void Notify();
  void Stop();

  int64_t ready() const;
  // How many segments there may be, spares included, as the disk is now.
  int64_t capacity() const;
  // All segments, spare ones included.
  int64_t segments() const;
  // Whether so many may be counted on, with those that are ready, or why not.
  Status CanPlan(int64_t count) const;

 private:
  void Run();
  // One more, or why not. Not under the mutex.
  Status Make();
  StatusOr<bool> HasRoom(int64_t more);
  Status Create();
  Status Recycle(const Segment& segment);
  void Refresh();
  int64_t SegmentsLocked() const;

  FileSystem& files_;
  const Options& options_;
  SegmentSet& set_;
  const SpoolMetrics& metrics_;
  const int64_t max_segments_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // All below: guarded by mutex_.
  std::deque<std::string> ready_;
  int64_t taken_ = 0;
  uint64_t last_number_ = 0;
  int64_t capacity_ = 0;
  Status problem_;
  uint64_t attempts_ = 0;
  bool notified_ = false;
  bool stopping_ = false;
  std::thread thread_;  // Last: uses all of the above.
};

}  // namespace rookery::spool
