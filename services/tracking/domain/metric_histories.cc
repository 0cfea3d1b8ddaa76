#include "services/tracking/domain/metric_histories.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "services/tracking/domain/page_token.h"
#include "services/tracking/domain/sampling.h"
#include "services/tracking/rules/run_id.h"

namespace rookery::tracking {
namespace {

constexpr int kMaxRuns = 100;
constexpr int32_t kMaxBulkResults = 25000;
constexpr int32_t kMaxSampleSize = 2500;

Status Invalid(const std::string& message) { return absl::InvalidArgumentError(message); }

Status CheckBulk(const v1::GetMetricHistoryBulkRequest& request) {
  if (request.run_id().empty()) {
    return Invalid("GetMetricHistoryBulk request must specify at least one run_id.");
  }
  if (request.run_id_size() > kMaxRuns) {
    return Invalid(fmt::format(
        "GetMetricHistoryBulk request cannot specify more than {} run_ids. Received {} run_ids.",
        kMaxRuns, request.run_id_size()));
  }
  if (!request.has_metric_key()) {
    return Invalid("GetMetricHistoryBulk request must specify a metric_key.");
  }
  if (request.max_results() >= 0) return absl::OkStatus();
  return Invalid(
      fmt::format("Invalid value {} for parameter 'max_results' supplied. It must not be negative.",
                  request.max_results()));
}

Status CheckInterval(const v1::GetMetricHistoryBulkIntervalRequest& request) {
  constexpr char kSeeDocs[] = "See the API docs for more information about request parameters.";
  if (request.run_ids_size() > kMaxRuns) {
    return Invalid(fmt::format(
        "GetMetricHistoryBulkInterval request must specify at most {} run_ids. Received {} "
        "run_ids. {}",
        kMaxRuns, request.run_ids_size(), kSeeDocs));
  }
  if (request.has_max_results() &&
      (request.max_results() < 1 || request.max_results() > kMaxSampleSize)) {
    return Invalid(
        fmt::format("max_results must be between 1 and {}. {}", kMaxSampleSize, kSeeDocs));
  }
  if (request.has_start_step() != request.has_end_step()) {
    return Invalid("If either start step or end step are specified, both must be specified.");
  }
  if (request.start_step() <= request.end_step()) return absl::OkStatus();
  return Invalid(
      fmt::format("end_step must be greater than start_step. Found start_step={} and end_step={}.",
                  request.start_step(), request.end_step()));
}

}  // namespace

Status MetricHistories::Get(const CallContext& call, const v1::GetMetricHistoryRequest& request,
                            v1::GetMetricHistoryResponse* response) {
  ASSIGN_OR_RETURN(const std::string run_id, RunIdOf(request));
  if (request.has_max_results() && request.max_results() <= 0) {
    return Invalid(
        fmt::format("Invalid value {} for parameter 'max_results' supplied. It must be a positive "
                    "integer.",
                    request.max_results()));
  }
  const int64_t limit =
      request.has_max_results() ? request.max_results() : std::numeric_limits<int32_t>::max();
  ASSIGN_OR_RETURN(const store::MetricCursor after, ParseMetricCursor(request.page_token()));
  ASSIGN_OR_RETURN(const auto next, database_.Read(call, [&](db::Transaction& txn) {
    response->clear_metrics();
    return metrics_.ReadHistory(txn, call.workspace, run_id, request.metric_key(), after, limit,
                                response->mutable_metrics());
  }));
  if (next) response->set_next_page_token(PageToken(*next));
  return absl::OkStatus();
}

StatusOr<v1::GetMetricHistoryBulkResponse> MetricHistories::GetBulk(
    const CallContext& call, const v1::GetMetricHistoryBulkRequest& request) {
  RETURN_IF_ERROR(CheckBulk(request));
  const int32_t limit = request.has_max_results() ? std::min(request.max_results(), kMaxBulkResults)
                                                  : kMaxBulkResults;
  const db::TextList run_ids(request.run_id().begin(), request.run_id().end());
  v1::GetMetricHistoryBulkResponse response;
  ASSIGN_OR_RETURN(*response.mutable_metrics(), database_.Read(call, [&](db::Transaction& txn) {
    return metrics_.ReadHistories(txn, call.workspace, run_ids, request.metric_key(), limit);
  }));
  return response;
}

StatusOr<v1::GetMetricHistoryBulkIntervalResponse> MetricHistories::GetBulkInterval(
    const CallContext& call, const v1::GetMetricHistoryBulkIntervalRequest& request) {
  RETURN_IF_ERROR(CheckInterval(request));
  store::Series series;
  series.run_ids.assign(request.run_ids().begin(), request.run_ids().end());
  series.key = request.metric_key();
  if (request.has_start_step()) {
    series.first_step = request.start_step();
    series.last_step = request.end_step();
  }
  const int64_t size = request.has_max_results() ? request.max_results() : kMaxSampleSize;
  ASSIGN_OR_RETURN(auto samples, database_.Read(call, [&](db::Transaction& txn) {
    return metrics_.ReadSamples(txn, call.workspace, series,
                                [&](int64_t count) { return EvenSample(count, size); });
  }));
  v1::GetMetricHistoryBulkIntervalResponse response;
  for (const std::string& run_id : request.run_ids()) {
    const auto sample = samples.find(run_id);
    if (sample != samples.end()) response.mutable_metrics()->MergeFrom(sample->second);
  }
  return response;
}

}  // namespace rookery::tracking
