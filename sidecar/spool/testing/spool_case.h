// What tests of the spool share: one of small segments on a simulated disk.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/steady.h"
#include "sidecar/spool/spool.h"
#include "sidecar/spool/testing/fold_state.h"
#include "sidecar/spool/testing/simulated_disk.h"
#include "sidecar/spool/testing/small_options.h"

namespace rookery::spool::testing {

// Steady time that stands still until it is moved. Thread-safe.
class FakeSteady {
 public:
  std::function<SteadyTime()> function() const {
    return [this] { return now_.load(); };
  }
  // By one thread.
  void Advance(absl::Duration by) { now_ = now_.load() + absl::ToChronoNanoseconds(by); }

 private:
  std::atomic<SteadyTime> now_ = SteadyTime();
};

// A spool and its owner's state. Opened anew for each life.
class Life {
 public:
  // Fails the test if it cannot be opened.
  Life(FileSystem& files, const Clock& clock, const Options& options);
  explicit Life(FileSystem& files) : Life(files, Clock::Real(), SmallOptions()) {}

  Spool& spool() { return *spool_; }
  const FoldState& state() const { return state_; }
  // Closes it in order.
  void Close() { spool_.reset(); }

  // The lane of this name.
  LaneId lane(std::string_view name = "w");
  // Waits for the answer. Every second call has the record written by this thread if it may be.
  StatusOr<Appended> Append(std::string_view payload, int64_t things = 1,
                            std::string_view lane = "w", Priority priority = Priority::kMetrics);

 private:
  FoldState state_;
  std::unique_ptr<Spool> spool_;
  bool caller_writes_ = false;
};

struct Seen {
  struct Row {
    int64_t first_seq = 0;
    int64_t things = 0;
    std::string payload;
    Position position;
    friend bool operator==(const Row&, const Row&) = default;
  };
  std::vector<Row> rows;
  std::vector<std::pair<int64_t, int64_t>> gaps;  // first, last
  FoldState::Fold fold;
  Position end;
};

// All that the reader has now.
Seen ReadAll(Reader& reader);
// All of the lane, from the oldest record.
Seen ReadLane(Spool& spool, LaneId lane);

std::vector<std::string> Payloads(const Seen& seen);
// The paths of segments, in order.
std::vector<std::string> SegmentPaths(const SimulatedDisk& disk);

}  // namespace rookery::spool::testing
