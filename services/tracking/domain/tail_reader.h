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
        cursor_(request.cursor()),
        read_to_(request.cursor()) {}

  // NOT_FOUND: there is no such run.
  Status Check() const;

  // The next points; false if there are none yet.
  StatusOr<bool> Next(v1::WatchMetricsResponse* response);

 private:
  Status Refill();

  db::Database& database_;
  const CallContext& call_;
  const std::string run_id_;
  // The last segment that was given whole, and the last that was read.
  int64_t cursor_;
  int64_t read_to_;
  segment::Points points_;
  size_t given_ = 0;
};

}  // namespace rookery::tracking
