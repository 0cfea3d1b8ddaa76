// The sidecar's durable memory: a log in segments.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/status.h"
#include "libs/base/steady.h"
#include "sidecar/spool/file_system.h"
#include "sidecar/spool/record.h"

namespace rookery::metrics {
class Registry;
}

namespace rookery::spool {

// What the owner of a spool knows by its records: the fold of all of them. The spool calls Apply in
// the order of the log, each record once, when it is appended and, after a start, when it is read
// again; so that after a crash the state is that of the records that survived.
class State {
 public:
  virtual ~State() = default;

  // Never called beside itself or Snapshot. The spool waits for it: it must be quick, and must not
  // call the spool. The record's position is where it will be written; if the disk refuses, it may
  // come to stand behind it, still in its order.
  virtual void Apply(const Record& record) = 0;
  // All that Apply has made of the records so far, at most 1 MiB. Written at the head of each
  // segment, so that a start need not read more than the last one.
  virtual std::string Snapshot() = 0;
  // What a Snapshot of this or an earlier version wrote; before any Apply. DATA_LOSS: it is not.
  virtual Status Restore(std::string_view snapshot) = 0;
};

// How long the caller of Append waits.
enum class AckLevel {
  kBuffered,  // until it is in memory, and lost if the machine or the process goes within moments
  kDurable,   // until it is on disk
};

// What may still be written when the spool fills.
enum class Priority {
  kLow,        // refused from 80 % on: what the machine says of itself
  kMetrics,    // refused from 95 % on
  kEssential,  // params, tags and ends of runs: refused only when nothing fits
};

struct Entry {
  Kind kind = Kind::kData;
  LaneId lane = 0;
  int64_t things = 0;
  // At most Options::max_payload_bytes.
  std::string_view payload;
  Priority priority = Priority::kMetrics;
  AckLevel level = AckLevel::kDurable;
  // The caller calls Write next, when it holds nothing that others want: the spool's thread is not
  // woken before.
  bool caller_writes = false;
};

struct Options {
  std::string folder;
  // All that the folder may hold, spare segments included; at least four segments.
  int64_t max_bytes = int64_t{1} << 30;
  int64_t segment_bytes = 16 << 20;
  int64_t max_payload_bytes = 4 << 20;
  // Appended and not yet written: more is RESOURCE_EXHAUSTED.
  int64_t max_buffered_bytes = 8 << 20;
  // Released segments are kept this long, while there is room, in case the upstream forgets.
  absl::Duration retention = absl::Minutes(15);
  // Of the file system's bytes these stay free.
  double keep_free = 0.05;
  // How long those who append wait for a disk that refuses, before they are told so.
  absl::Duration patience = absl::Seconds(10);
  // A caller of Write writes himself if nothing was written for so long. Records that come faster
  // are many callers', whom one thread gathers at less cost.
  absl::Duration caller_pause = absl::Microseconds(300);
  // The folder was copied or moved on purpose: take it over under another producer id.
  bool adopt = false;
  // Tells for how long something has been released; the clock's dates are for what is written.
  std::function<SteadyTime()> steady = SteadyNow;
  // May be null; outlives the spool.
  metrics::Registry* metrics = nullptr;
};

// Numbers of a lane whose records cannot be read.
struct Gap {
  LaneId lane = 0;
  int64_t first_seq = 0;
  int64_t last_seq = 0;
};

struct Appended {
  Position position;
  int64_t first_seq = 0;
};

struct Usage {
  int64_t bytes = 0;           // of segments that are not released
  int64_t capacity_bytes = 0;  // what `bytes` may become, as the disk is now
  int64_t segments = 0;        // all, spare and retained ones included
  absl::Time oldest;           // record that is not released; InfiniteFuture if there is none
};

// Reads records in order, those that are on disk only. Used by one thread at a time, and gone
// before the spool. It holds one buffer of 1 MiB (of one record, if that is larger), however large
// the spool is. Notes are handed out, too. As long as it lives the segment that it reads is not
// used again.
class Reader {
 public:
  struct Item {
    enum class Is { kRecord, kGap, kEnd };
    Is is = Is::kEnd;  // kEnd: nothing more is on disk now; ask again later
    Record record;     // its payload is valid until the next call
    Gap gap;
  };

  virtual ~Reader() = default;

  // The next record of the lane, or what is missing before it. Damage is told as gaps and never an
  // error. UNAVAILABLE: the disk cannot be read now.
  virtual StatusOr<Item> Next() = 0;
  // Where Next will go on: what lies before was handed out or is of other lanes.
  virtual Position position() const = 0;
};

// Thread-safe. One writes at a time: a thread of the spool's own, or a caller of Write. Those who
// append meanwhile share the next write and sync. docs/formats/spool.md is the format.
class Spool {
 public:
  // Opens the folder, or makes it. Whatever is in it, it starts: what is damaged is told as gaps.
  // `files`, `clock` and `state` outlive it.
  //
  // FAILED_PRECONDITION: another process has it open; it is a copy of another (see Options::adopt);
  // it is of a later version. RESOURCE_EXHAUSTED, UNAVAILABLE: the disk cannot take two segments.
  static StatusOr<std::unique_ptr<Spool>> Open(FileSystem& files, const Clock& clock,
                                               Options options, State& state);
  // Writes and syncs what was appended.
  virtual ~Spool() = default;

  // A name that is this spool's alone, made when it was made or adopted.
  virtual const std::string& producer_id() const = 0;

  // The lane of this name, which is new if need be. At most 60,000; names of at most 256 bytes.
  virtual StatusOr<LaneId> LaneOf(std::string_view name) = 0;
  struct Lane {
    LaneId id = 0;
    std::string name;
    int64_t next_seq = 0;
  };
  virtual std::vector<Lane> Lanes() const = 0;
  // Numbers below `seq` are used already, as the upstream knows: goes on from there at least.
  virtual void RaiseNextSeq(LaneId lane, int64_t seq) = 0;

  // Copies the payload. `done` comes once, within this call or on the thread that writes, and must
  // be quick. Entries of one thread are appended in the order of its calls.
  //
  // RESOURCE_EXHAUSTED: full for this priority, or too much waits to be written; the message says
  // which. INVALID_ARGUMENT: too large. UNAVAILABLE: the disk refuses, or the spool is closing;
  // what was not answered OK may be there or not.
  using Done = std::function<void(StatusOr<Appended>)>;
  virtual void Append(const Entry& entry, Done done) = 0;
  // Has what was appended written: by this thread if nobody writes or has just written, and the
  // disk was quick last, which saves who is alone the way to another thread and back; otherwise by
  // the spool's.
  virtual void Write() = 0;

  // From `from`, or from the oldest record that there is.
  virtual std::unique_ptr<Reader> Read(LaneId lane, Position from) = 0;
  // From the first record that holds number `seq` or a later one of the lane. Nothing that was
  // recycled comes again.
  virtual std::unique_ptr<Reader> ReadFrom(LaneId lane, int64_t seq) = 0;
  // Calls `wake` once, soon after more than `seen` is on disk; at once if it is already.
  virtual void WhenDurable(Position seen, std::function<void()> wake) = 0;
  // Of the last record that is on disk, its end.
  virtual Position durable() const = 0;

  // What lies before `position` is upstream, in all lanes, and its room may be used again.
  virtual void Release(Position position) = 0;

  virtual Usage usage() const = 0;
  // OK, or why nothing can be written now.
  virtual Status Writable() const = 0;
  // When the thread that writes last showed that it lives.
  virtual SteadyTime heartbeat() const = 0;
};

}  // namespace rookery::spool
