// Metrics by the million, read as columns.
#pragma once

#include <rookery/tracking/v1/metric_columns.pb.h>

#include <cstdint>
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

  // The next columns, of one run and key; false at the end.
  StatusOr<bool> Next(v1::MetricColumns* columns);

 private:
  StatusOr<bool> NextSeries();
  Status Refill();

  db::Database& database_;
  const store::MetricStore& metrics_;
  const CallContext& call_;
  const std::vector<std::string> run_ids_;
  const std::vector<std::string> wanted_keys_;

  // The series that is being read, and what was read of it and not given yet.
  size_t next_run_ = 0;
  std::vector<std::string> keys_;
  size_t next_key_ = 0;
  bool in_series_ = false;
  std::vector<store::MetricPoint> points_;
  size_t given_ = 0;
};

}  // namespace rookery::tracking
