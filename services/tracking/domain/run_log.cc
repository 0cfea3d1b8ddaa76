#include "services/tracking/domain/run_log.h"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "services/tracking/domain/lifecycle.h"
#include "services/tracking/domain/model_history.h"
#include "services/tracking/rules/run_id.h"
#include "services/tracking/rules/validation.h"
#include "services/tracking/store/input_store.h"
#include "services/tracking/store/metric_store.h"
#include "services/tracking/store/point_conversion.h"
#include "services/tracking/store/run_log_store.h"
#include "services/tracking/store/run_store.h"

namespace rookery::tracking {
namespace {

// Answers with an empty message.
template <typename Response>
LogWrite::Finish Answering(Done<Response> done) {
  return [done = std::move(done)](const Status& status, std::optional<int64_t>) mutable {
    if (status.ok()) return done(Response());
    done(status);
  };
}

}  // namespace

void RunLog::LogMetric(const CallContext& call, const v1::LogMetricRequest& request,
                       Done<v1::LogMetricResponse> done) {
  auto run_id = RunIdOf(request);
  if (!run_id.ok()) return done(run_id.status());
  store::Metrics metrics;
  v1::Metric* metric = metrics.Add();
  metric->set_key(request.key());
  metric->set_value(request.value());
  metric->set_timestamp(request.timestamp());
  metric->set_step(request.step());
  if (request.has_model_id()) metric->set_model_id(request.model_id());
  if (request.has_dataset_name()) metric->set_dataset_name(request.dataset_name());
  if (request.has_dataset_digest()) metric->set_dataset_digest(request.dataset_digest());
  if (const Status status = CheckMetric("", *metric); !status.ok()) return done(status);
  RunWrite run{.run_id = *std::move(run_id), .points = store::PointsOf(metrics)};
  Submit(call, std::move(run), ParamStyle::kBatch, Answering(std::move(done)));
}

void RunLog::LogParam(const CallContext& call, const v1::LogParamRequest& request,
                      Done<v1::LogParamResponse> done) {
  auto run_id = RunIdOf(request);
  if (!run_id.ok()) return done(run_id.status());
  RunWrite run{.run_id = *std::move(run_id)};
  v1::Param* param = run.params.Add();
  param->set_key(request.key());
  param->set_value(request.value());
  if (const Status status = CheckAndCutParam("", param); !status.ok()) return done(status);
  Submit(call, std::move(run), ParamStyle::kOne, Answering(std::move(done)));
}

void RunLog::SetTag(const CallContext& call, const v1::SetTagRequest& request,
                    Done<v1::SetTagResponse> done) {
  auto run_id = RunIdOf(request);
  if (!run_id.ok()) return done(run_id.status());
  RunWrite run{.run_id = *std::move(run_id)};
  v1::RunTag* tag = run.tags.Add();
  tag->set_key(request.key());
  tag->set_value(request.value());
  if (const Status status = CheckAndCutTag("", tag); !status.ok()) return done(status);
  Submit(call, std::move(run), ParamStyle::kBatch, Answering(std::move(done)));
}

StatusOr<v1::DeleteTagResponse> RunLog::DeleteTag(const CallContext& call,
                                                  const v1::DeleteTagRequest& request) {
  RETURN_IF_ERROR(database_.Write(call, [&](db::Transaction& txn) -> Status {
    RETURN_IF_ERROR(LockActiveRun(txn, call.workspace, request.run_id(), store::Lock::kExclusive));
    ASSIGN_OR_RETURN(const bool deleted,
                     store::DeleteRunTag(txn, call.workspace, request.run_id(), request.key()));
    if (deleted) return absl::OkStatus();
    return absl::NotFoundError(
        fmt::format("No tag with name: {} in run with id {}", request.key(), request.run_id()));
  }));
  return v1::DeleteTagResponse();
}

void RunLog::LogBatch(const CallContext& call, const v1::LogBatchRequest& request,
                      Done<v1::LogBatchResponse> done) {
  RunWrite run{.run_id = request.run_id()};
  const Status status = CheckAndCutBatch(request, &run.params, &run.tags);
  if (!status.ok()) return done(status);
  run.points = store::PointsOf(request.metrics());
  Submit(call, std::move(run), ParamStyle::kBatch, Answering(std::move(done)));
}

void RunLog::LogBatchAsync(const CallContext& call, const v1::LogBatchAsyncRequest& request,
                           Done<v1::LogBatchAsyncResponse> done) {
  v1::LogBatchRequest batch;
  batch.set_run_id(request.run_id());
  *batch.mutable_metrics() = request.metrics();
  *batch.mutable_params() = request.params();
  *batch.mutable_tags() = request.tags();
  LogBatch(call, batch, [done = std::move(done)](const auto& logged) mutable {
    if (!logged.ok()) return done(logged.status());
    v1::LogBatchAsyncResponse response;
    response.set_batch_tracking_id("");
    done(std::move(response));
  });
}

StatusOr<v1::GetRunDataStatusResponse> RunLog::GetRunDataStatus(
    const CallContext& call, const v1::GetRunDataStatusRequest& request) {
  ASSIGN_OR_RETURN(const auto found, database_.ReadOnce(call, [&](db::Transaction& txn) {
    return store::ExistingRuns(txn, call.workspace, {request.run_id()});
  }));
  if (found.empty()) return RunNotFound(request.run_id());
  v1::GetRunDataStatusResponse response;
  response.set_is_complete(true);
  return response;
}

StatusOr<v1::LogInputsResponse> RunLog::LogInputs(const CallContext& call,
                                                  const v1::LogInputsRequest& request) {
  RETURN_IF_ERROR(CheckRunId(request.run_id()));
  for (const auto& input : request.datasets()) RETURN_IF_ERROR(CheckDatasetInput(input));
  RETURN_IF_ERROR(database_.Write(call, [&](db::Transaction& txn) -> Status {
    ASSIGN_OR_RETURN(const store::LockedRun run,
                     LockActiveRun(txn, call.workspace, request.run_id(), store::Lock::kExclusive));
    RETURN_IF_ERROR(store::AddDatasetInputs(txn, call.workspace, run.experiment_id,
                                            request.run_id(), request.datasets()));
    return store::AddModelInputs(txn, call.workspace, request.run_id(), request.models());
  }));
  return v1::LogInputsResponse();
}

StatusOr<v1::LogOutputsResponse> RunLog::LogOutputs(const CallContext& call,
                                                    const v1::LogOutputsRequest& request) {
  RETURN_IF_ERROR(database_.Write(call, [&](db::Transaction& txn) -> Status {
    RETURN_IF_ERROR(LockActiveRun(txn, call.workspace, request.run_id(), store::Lock::kExclusive));
    return store::AddModelOutputs(txn, call.workspace, request.run_id(), request.models());
  }));
  return v1::LogOutputsResponse();
}

StatusOr<v1::LogModelResponse> RunLog::LogModel(const CallContext& call,
                                                const v1::LogModelRequest& request) {
  ASSIGN_OR_RETURN(const std::string entry, ModelHistoryEntry(request.model_json()));
  RETURN_IF_ERROR(database_.Write(call, [&](db::Transaction& txn) -> Status {
    // Alone, also because the list is read and written back.
    RETURN_IF_ERROR(LockActiveRun(txn, call.workspace, request.run_id(), store::Lock::kExclusive));
    ASSIGN_OR_RETURN(const auto history,
                     store::FindRunTag(txn, call.workspace, request.run_id(), kModelHistoryTag));
    ASSIGN_OR_RETURN(const std::string list, AppendedToHistory(history.value_or("[]"), entry));
    return store::SetTagsOfRuns(txn, call.workspace,
                                {{{request.run_id(), kModelHistoryTag}, list}});
  }));
  return v1::LogModelResponse();
}

void RunLog::Submit(const CallContext& call, RunWrite run, ParamStyle style,
                    LogWrite::Finish finish) {
  std::vector<RunWrite> runs;
  runs.push_back(std::move(run));
  auto write = std::make_unique<LogWrite>(call, std::move(runs), std::move(finish));
  write->param_style = style;
  commit_.Submit(std::move(write));
}

}  // namespace rookery::tracking
