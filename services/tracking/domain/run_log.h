// What runs log.
#pragma once

#include <rookery/tracking/v1/log_batch_async.pb.h>
#include <rookery/tracking/v1/metric.pb.h>
#include <rookery/tracking/v1/run.pb.h>

#include "libs/base/call_context.h"
#include "libs/base/done.h"
#include "libs/base/status.h"
#include "libs/db/database.h"
#include "services/tracking/domain/log_commit.h"
#include "services/tracking/domain/log_write.h"

namespace rookery::tracking {

// The behaviour of RunService for metrics, params, tags, inputs and outputs. Every write is
// whole or not at all; those that take a `done` share transactions with others. Thread-safe. What
// is passed in must outlive it.
class RunLog {
 public:
  RunLog(db::Database& database, LogCommit& commit) : database_(database), commit_(commit) {}

  void LogMetric(const CallContext& call, const v1::LogMetricRequest& request,
                 Done<v1::LogMetricResponse> done);
  void LogParam(const CallContext& call, const v1::LogParamRequest& request,
                Done<v1::LogParamResponse> done);
  void SetTag(const CallContext& call, const v1::SetTagRequest& request,
              Done<v1::SetTagResponse> done);
  StatusOr<v1::DeleteTagResponse> DeleteTag(const CallContext& call,
                                            const v1::DeleteTagRequest& request);
  void LogBatch(const CallContext& call, const v1::LogBatchRequest& request,
                Done<v1::LogBatchResponse> done);
  // Done after the commit all the same, so no batch is ever waited for.
  void LogBatchAsync(const CallContext& call, const v1::LogBatchAsyncRequest& request,
                     Done<v1::LogBatchAsyncResponse> done);
  StatusOr<v1::GetRunDataStatusResponse> GetRunDataStatus(
      const CallContext& call, const v1::GetRunDataStatusRequest& request);
  StatusOr<v1::LogInputsResponse> LogInputs(const CallContext& call,
                                            const v1::LogInputsRequest& request);
  StatusOr<v1::LogOutputsResponse> LogOutputs(const CallContext& call,
                                              const v1::LogOutputsRequest& request);
  StatusOr<v1::LogModelResponse> LogModel(const CallContext& call,
                                          const v1::LogModelRequest& request);

 private:
  // Checked, to be answered after its group's commit.
  void Submit(const CallContext& call, RunWrite run, ParamStyle style, LogWrite::Finish finish);

  db::Database& database_;
  LogCommit& commit_;
};

}  // namespace rookery::tracking
