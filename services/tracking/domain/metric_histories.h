// What is read of metric histories.
#pragma once

#include <rookery/tracking/v1/metric.pb.h>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/db/database.h"
#include "services/tracking/store/metric_store.h"

namespace rookery::tracking {

// The behaviour of RunService for the histories of one run and of several. Thread-safe. What is
// passed in must outlive it.
class MetricHistories {
 public:
  MetricHistories(db::Database& database, const store::MetricStore& metrics)
      : database_(database), metrics_(metrics) {}

  Status Get(const CallContext& call, const v1::GetMetricHistoryRequest& request,
             v1::GetMetricHistoryResponse* response);
  StatusOr<v1::GetMetricHistoryBulkResponse> GetBulk(
      const CallContext& call, const v1::GetMetricHistoryBulkRequest& request);
  StatusOr<v1::GetMetricHistoryBulkIntervalResponse> GetBulkInterval(
      const CallContext& call, const v1::GetMetricHistoryBulkIntervalRequest& request);

 private:
  db::Database& database_;
  const store::MetricStore& metrics_;
};

}  // namespace rookery::tracking
