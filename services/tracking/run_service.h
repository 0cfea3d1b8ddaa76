// The transport of runs and what they log: one line an RPC.
#pragma once

#include <rookery/tracking/v1/run_service.grpc.pb.h>

#include "libs/rpc/call_arena.h"
#include "libs/rpc/unary.h"
#include "services/tracking/domain/metric_histories.h"
#include "services/tracking/domain/run_log.h"
#include "services/tracking/domain/run_search.h"
#include "services/tracking/domain/runs.h"

namespace rookery::tracking {

class RunService final : public v1::RunService::CallbackService {
 public:
  RunService(Runs& runs, RunLog& run_log, RunSearch& run_search, MetricHistories& histories,
             const rpc::Unary& unary)
      : runs_(runs),
        run_log_(run_log),
        run_search_(run_search),
        histories_(histories),
        unary_(unary) {
    SetMessageAllocatorFor_LogBatch(&batch_messages_);
    SetMessageAllocatorFor_SearchRuns(&search_messages_);
    SetMessageAllocatorFor_GetMetricHistory(&history_messages_);
  }

 private:
  using Reactor = grpc::ServerUnaryReactor;
  using Context = grpc::CallbackServerContext;

  Reactor* CreateRun(Context* context, const v1::CreateRunRequest* request,
                     v1::CreateRunResponse* response) override {
    return unary_(context, request, response, runs_, &Runs::Create);
  }
  Reactor* GetRun(Context* context, const v1::GetRunRequest* request,
                  v1::GetRunResponse* response) override {
    return unary_(context, request, response, runs_, &Runs::Get);
  }
  Reactor* SearchRuns(Context* context, const v1::SearchRunsRequest* request,
                      v1::SearchRunsResponse* response) override {
    return unary_(context, request, response, run_search_, &RunSearch::Search);
  }
  Reactor* UpdateRun(Context* context, const v1::UpdateRunRequest* request,
                     v1::UpdateRunResponse* response) override {
    return unary_(context, request, response, runs_, &Runs::Update);
  }
  Reactor* DeleteRun(Context* context, const v1::DeleteRunRequest* request,
                     v1::DeleteRunResponse* response) override {
    return unary_(context, request, response, runs_, &Runs::Delete);
  }
  Reactor* RestoreRun(Context* context, const v1::RestoreRunRequest* request,
                      v1::RestoreRunResponse* response) override {
    return unary_(context, request, response, runs_, &Runs::Restore);
  }
  Reactor* LogMetric(Context* context, const v1::LogMetricRequest* request,
                     v1::LogMetricResponse* response) override {
    return unary_(context, request, response, run_log_, &RunLog::LogMetric);
  }
  Reactor* LogParam(Context* context, const v1::LogParamRequest* request,
                    v1::LogParamResponse* response) override {
    return unary_(context, request, response, run_log_, &RunLog::LogParam);
  }
  Reactor* SetTag(Context* context, const v1::SetTagRequest* request,
                  v1::SetTagResponse* response) override {
    return unary_(context, request, response, run_log_, &RunLog::SetTag);
  }
  Reactor* DeleteTag(Context* context, const v1::DeleteTagRequest* request,
                     v1::DeleteTagResponse* response) override {
    return unary_(context, request, response, run_log_, &RunLog::DeleteTag);
  }
  Reactor* LogBatch(Context* context, const v1::LogBatchRequest* request,
                    v1::LogBatchResponse* response) override {
    return unary_(context, request, response, run_log_, &RunLog::LogBatch);
  }
  Reactor* LogBatchAsync(Context* context, const v1::LogBatchAsyncRequest* request,
                         v1::LogBatchAsyncResponse* response) override {
    return unary_(context, request, response, run_log_, &RunLog::LogBatchAsync);
  }
  Reactor* GetRunDataStatus(Context* context, const v1::GetRunDataStatusRequest* request,
                            v1::GetRunDataStatusResponse* response) override {
    return unary_(context, request, response, run_log_, &RunLog::GetRunDataStatus);
  }
  Reactor* LogInputs(Context* context, const v1::LogInputsRequest* request,
                     v1::LogInputsResponse* response) override {
    return unary_(context, request, response, run_log_, &RunLog::LogInputs);
  }
  Reactor* LogOutputs(Context* context, const v1::LogOutputsRequest* request,
                      v1::LogOutputsResponse* response) override {
    return unary_(context, request, response, run_log_, &RunLog::LogOutputs);
  }
  Reactor* GetMetricHistory(Context* context, const v1::GetMetricHistoryRequest* request,
                            v1::GetMetricHistoryResponse* response) override {
    return unary_(context, request, response, histories_, &MetricHistories::Get);
  }

  Reactor* LogModel(Context* context, const v1::LogModelRequest* request,
                    v1::LogModelResponse* response) override {
    return unary_(context, request, response, run_log_, &RunLog::LogModel);
  }

  Reactor* GetMetricHistoryBulk(Context* context, const v1::GetMetricHistoryBulkRequest* request,
                                v1::GetMetricHistoryBulkResponse* response) override {
    return unary_(context, request, response, histories_, &MetricHistories::GetBulk);
  }

  Reactor* GetMetricHistoryBulkInterval(
      Context* context, const v1::GetMetricHistoryBulkIntervalRequest* request,
      v1::GetMetricHistoryBulkIntervalResponse* response) override {
    return unary_(context, request, response, histories_, &MetricHistories::GetBulkInterval);
  }

  Runs& runs_;
  RunLog& run_log_;
  RunSearch& run_search_;
  MetricHistories& histories_;
  const rpc::Unary& unary_;
  rpc::ArenaMessages<v1::LogBatchRequest, v1::LogBatchResponse> batch_messages_;
  rpc::ArenaMessages<v1::SearchRunsRequest, v1::SearchRunsResponse> search_messages_;
  rpc::ArenaMessages<v1::GetMetricHistoryRequest, v1::GetMetricHistoryResponse> history_messages_;
};

}  // namespace rookery::tracking
