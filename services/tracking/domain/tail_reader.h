// What was committed to a run after a cursor, in messages.
#pragma once

#include <rookery/tracking/v1/metric_columns.pb.h>

#include <cstdint>
#include <string>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/db/database.h"
#include "libs/segment/points.h"

namespace rookery::tracking {

// One WatchMetrics call's position. Used by one thread at a time; what is passed in must outlive
// it.
class TailReader {
 public:
  TailReader(db::Database& database, const CallContext& call,
             const v1::WatchMetricsRequest& request)
      : database_(database),
        call_(call),
        run_id_(request.run_id()),
        place_{.cursor = request.cursor()} {}

  // NOT_FOUND: there is no such run.
  Status Check() const;

  // The next points; false if there are none yet.
  StatusOr<bool> Next(v1::WatchMetricsResponse* response);

  // The last segment that was given whole.
  int64_t cursor() const { return place_.cursor; }

 private:
  struct Place {
    int64_t cursor = 0;
    // The segment that was given in part, and how many of its blocks. Whoever comes back by the
    // cursor gets them again.
    int64_t segment_no = 0;
    size_t blocks = 0;
  };

  // Appends what fits into a message, and moves the place behind it.
  Status Read(db::Transaction& txn, Place* next, segment::Points* points) const;

  db::Database& database_;
  const CallContext& call_;
  const std::string run_id_;
  Place place_;
};

}  // namespace rookery::tracking
