// The transport of runs and what they log: one line an RPC.
#pragma once

#include <rookery/tracking/v1/run_service.pb.h>

#include "libs/rpc/service.h"
#include "services/tracking/domain/metric_histories.h"
#include "services/tracking/domain/run_log.h"
#include "services/tracking/domain/run_search.h"
#include "services/tracking/domain/runs.h"

namespace rookery::tracking {

class RunService final : public rpc::Service {
 public:
  static constexpr char kName[] = "rookery.tracking.v1.RunService";

  RunService(Runs& runs, RunLog& run_log, RunSearch& run_search, MetricHistories& histories,
             const rpc::Unary& unary)
      : Service(kName, unary) {
    On("CreateRun", runs, &Runs::Create);
    On("GetRun", runs, &Runs::Get);
    OnArena("SearchRuns", run_search, &RunSearch::Search);
    On("UpdateRun", runs, &Runs::Update);
    On("DeleteRun", runs, &Runs::Delete);
    On("RestoreRun", runs, &Runs::Restore);
    On("LogMetric", run_log, &RunLog::LogMetric);
    On("LogParam", run_log, &RunLog::LogParam);
    On("SetTag", run_log, &RunLog::SetTag);
    On("DeleteTag", run_log, &RunLog::DeleteTag);
    OnArena("LogBatch", run_log, &RunLog::LogBatch);
    On("LogBatchAsync", run_log, &RunLog::LogBatchAsync);
    On("GetRunDataStatus", run_log, &RunLog::GetRunDataStatus);
    On("LogInputs", run_log, &RunLog::LogInputs);
    On("LogOutputs", run_log, &RunLog::LogOutputs);
    OnArena("GetMetricHistory", histories, &MetricHistories::Get);
    On("LogModel", run_log, &RunLog::LogModel);
    On("GetMetricHistoryBulk", histories, &MetricHistories::GetBulk);
    On("GetMetricHistoryBulkInterval", histories, &MetricHistories::GetBulkInterval);
  }
};

}  // namespace rookery::tracking
