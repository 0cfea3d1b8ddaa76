// What was committed to a run after a cursor, in messages.
#pragma once

#include <rookery/tracking/v1/metric_columns.pb.h>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "libs/base/status.h"
#include "libs/db/database.h"
#include "libs/segment/points.h"

namespace rookery::tracking {

// How far a watcher has read.
struct TailPlace {
  // The last segment that was given whole.
  int64_t cursor = 0;
  // The segment that was given in part, and how many of its blocks. Whoever comes back by the
  // cursor gets them again.
  int64_t segment_no = 0;
  size_t blocks = 0;

  bool operator==(const TailPlace&) const = default;
};

// What a look behind a place found, which may be no points.
struct TailPortion {
  v1::WatchMetricsResponse message;
  // Where it ends.
  TailPlace end;
  // There was nothing behind it.
  bool is_last = false;
  // What RunTail::news() was before the look.
  int64_t as_of = 0;

  bool has_points() const { return message.metrics().value_size() > 0; }
};

// The tail of one run, for all of this process who watch it: whoever of them comes first to a place
// reads what is behind it from the database, and the others get the same. Thread-safe; what is
// passed in must outlive it.
class RunTail {
 public:
  RunTail(db::Database& database, std::string workspace, std::string run_id)
      : database_(database), workspace_(std::move(workspace)), run_id_(std::move(run_id)) {}

  // NOT_FOUND: there is no such run.
  Status Check(const db::Patience& patience) const;

  // The points behind `place`, as many as fit into a message.
  StatusOr<std::shared_ptr<const TailPortion>> After(const db::Patience& patience,
                                                     const TailPlace& place);

  // The run may have a new segment: what was read before is not the last any more.
  void Notice() { ++news_; }
  // How often that was said. Who has the last portion as of now has all.
  int64_t news() const { return news_; }

 private:
  // One caller's, for all who are at the place.
  struct Look {
    TailPlace place;
    bool has_ended = false;
    // Null if it failed.
    std::shared_ptr<const TailPortion> portion;
  };

  StatusOr<std::shared_ptr<const TailPortion>> Read(const db::Patience& patience,
                                                    const TailPlace& place) const;
  // Appends what fits into a message.
  Status ReadPoints(db::Transaction& txn, const TailPlace& place, TailPortion* portion,
                    segment::Points* points) const;
  // Whether a look behind `place` would find what is kept.
  bool IsKeptLocked(const TailPlace& place) const;

  db::Database& database_;
  const std::string workspace_;
  const std::string run_id_;
  std::atomic<int64_t> news_ = 0;

  std::mutex mutex_;  // guards all below, and what they point at until a look has ended
  std::condition_variable has_looked_;
  // What is under way: one at a time. Who is elsewhere meanwhile reads for itself.
  std::shared_ptr<Look> look_;
  // The last that was not large.
  std::shared_ptr<const Look> kept_;
};

}  // namespace rookery::tracking
