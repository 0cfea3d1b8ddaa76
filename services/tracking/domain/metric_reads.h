// Metrics by the million, read as columns.
#pragma once

#include <rookery/tracking/v1/metric_columns.pb.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/db/database.h"
#include "services/tracking/store/metric_store.h"

namespace rookery::tracking {

// The behaviour of MetricService for one answer. Thread-safe. What is passed in must outlive it.
class MetricReads {
 public:
  explicit MetricReads(db::Database& database) : database_(database) {}

  StatusOr<v1::CountStoredPointsResponse> Count(const CallContext& call,
                                                const v1::CountStoredPointsRequest& request);

 private:
  db::Database& database_;
};

// One ReadMetricColumns call. Reads some hundred thousand points at a time, each portion from a
// snapshot of its own: points that are committed meanwhile may be among what follows. Used by one
// thread at a time; what is passed in must outlive it.
class ColumnReader {
 public:
  ColumnReader(db::Database& database, const store::MetricStore& metrics, const CallContext& call,
               const v1::ReadMetricColumnsRequest& request);

  // INVALID_ARGUMENT: too many runs.
  Status Check() const;

  // The next columns, of one run; false at the end.
  StatusOr<bool> Next(v1::MetricColumns* columns);

 private:
  // Reads the next portion; none: there is nothing left.
  Status Refill();

  db::Database& database_;
  const store::MetricStore& metrics_;
  const CallContext& call_;
  const std::vector<std::string> run_ids_;
  std::vector<std::string> keys_;

  // The run that is being read, and what was read of it and not given yet.
  size_t run_ = 0;
  std::optional<store::ColumnPlace> place_;
  segment::Points points_;
  size_t given_ = 0;
};

}  // namespace rookery::tracking
