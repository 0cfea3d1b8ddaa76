// What runs log.
#pragma once

#include <rookery/tracking/v1/metric.pb.h>
#include <rookery/tracking/v1/run.pb.h>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/db/database.h"
#include "services/tracking/store/metric_store.h"
#include "services/tracking/store/run_store.h"

namespace rookery::tracking {

// The behaviour of RunService for metrics, params, tags, inputs and outputs. Every write is one
// transaction. Thread-safe. What is passed in must outlive it.
class RunLog {
 public:
  RunLog(db::Database& database, const store::MetricStore& metrics)
      : database_(database), metrics_(metrics) {}

  StatusOr<v1::LogMetricResponse> LogMetric(const CallContext& call,
                                            const v1::LogMetricRequest& request);
  StatusOr<v1::LogParamResponse> LogParam(const CallContext& call,
                                          const v1::LogParamRequest& request);
  StatusOr<v1::SetTagResponse> SetTag(const CallContext& call, const v1::SetTagRequest& request);
  StatusOr<v1::DeleteTagResponse> DeleteTag(const CallContext& call,
                                            const v1::DeleteTagRequest& request);
  StatusOr<v1::LogBatchResponse> LogBatch(const CallContext& call,
                                          const v1::LogBatchRequest& request);
  StatusOr<v1::LogInputsResponse> LogInputs(const CallContext& call,
                                            const v1::LogInputsRequest& request);
  StatusOr<v1::LogOutputsResponse> LogOutputs(const CallContext& call,
                                              const v1::LogOutputsRequest& request);
  StatusOr<v1::LogModelResponse> LogModel(const CallContext& call,
                                          const v1::LogModelRequest& request);

 private:
  // A checked batch, in one transaction.
  Status Write(const CallContext& call, const v1::LogBatchRequest& batch);
  Status WriteTags(db::Transaction& txn, const CallContext& call, const std::string& run_id,
                   const store::RunTags& tags);

  db::Database& database_;
  const store::MetricStore& metrics_;
};

}  // namespace rookery::tracking
