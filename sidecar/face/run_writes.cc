#include "sidecar/face/run_writes.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>

#include "services/tracking/rules/run_id.h"
#include "services/tracking/rules/tags.h"
#include "services/tracking/rules/validation.h"

namespace rookery::sidecar {
namespace {

namespace v1 = tracking::v1;

constexpr std::string_view kOfTheMachine = "system/";

// Counts what stands in a row.
void Extend(uint32_t index, google::protobuf::RepeatedField<uint32_t>* indexes,
            google::protobuf::RepeatedField<uint32_t>* lengths) {
  if (!indexes->empty() && indexes->Get(indexes->size() - 1) == index) {
    lengths->Set(lengths->size() - 1, lengths->Get(lengths->size() - 1) + 1);
    return;
  }
  indexes->Add(index);
  lengths->Add(1);
}

template <typename Request>
StatusOr<v1::RunIngest> Named(const Request& request) {
  v1::RunIngest write;
  ASSIGN_OR_RETURN(*write.mutable_metrics()->mutable_run_id(), tracking::RunIdOf(request));
  RETURN_IF_ERROR(tracking::CheckRunId(write.metrics().run_id()));
  return write;
}

}  // namespace

void ToColumns(const tracking::Metrics& metrics, v1::MetricColumns* columns) {
  absl::flat_hash_map<std::string_view, uint32_t> keys;
  absl::flat_hash_map<std::tuple<std::string_view, std::string_view, std::string_view>, uint32_t>
      origins;
  const bool have_origins = std::ranges::any_of(metrics, [](const v1::Metric& metric) {
    return !metric.model_id().empty() || !metric.dataset_name().empty() ||
           !metric.dataset_digest().empty();
  });
  columns->mutable_value()->Reserve(metrics.size());
  columns->mutable_timestamp_ms()->Reserve(metrics.size());
  columns->mutable_step()->Reserve(metrics.size());
  for (const v1::Metric& metric : metrics) {
    columns->add_value(metric.value());
    columns->add_timestamp_ms(metric.timestamp());
    columns->add_step(metric.step());
    const auto [key, is_new] = keys.try_emplace(metric.key(), keys.size());
    if (is_new) columns->add_keys(metric.key());
    Extend(key->second, columns->mutable_key_index(), columns->mutable_key_points());
    if (!have_origins) continue;
    uint32_t origin = 0;
    if (!metric.model_id().empty() || !metric.dataset_name().empty() ||
        !metric.dataset_digest().empty()) {
      const auto [found, is_new_origin] = origins.try_emplace(
          {metric.model_id(), metric.dataset_name(), metric.dataset_digest()}, origins.size() + 1);
      origin = found->second;
      if (is_new_origin) {
        v1::MetricOrigin* added = columns->add_origins();
        added->set_model_id(metric.model_id());
        added->set_dataset_name(metric.dataset_name());
        added->set_dataset_digest(metric.dataset_digest());
      }
    }
    Extend(origin, columns->mutable_origin_index(), columns->mutable_origin_points());
  }
}

StatusOr<v1::RunIngest> IngestOf(const v1::LogMetricRequest& request) {
  ASSIGN_OR_RETURN(v1::RunIngest write, Named(request));
  tracking::Metrics metrics;
  v1::Metric& metric = *metrics.Add();
  metric.set_key(request.key());
  metric.set_value(request.value());
  metric.set_timestamp(request.timestamp());
  metric.set_step(request.step());
  if (request.has_model_id()) metric.set_model_id(request.model_id());
  if (request.has_dataset_name()) metric.set_dataset_name(request.dataset_name());
  if (request.has_dataset_digest()) metric.set_dataset_digest(request.dataset_digest());
  RETURN_IF_ERROR(tracking::CheckMetric("", metric));
  ToColumns(metrics, write.mutable_metrics());
  return write;
}

StatusOr<v1::RunIngest> IngestOf(const v1::LogParamRequest& request) {
  ASSIGN_OR_RETURN(v1::RunIngest write, Named(request));
  v1::Param& param = *write.add_params();
  param.set_key(request.key());
  param.set_value(request.value());
  RETURN_IF_ERROR(tracking::CheckAndCutParam("", &param));
  return write;
}

StatusOr<v1::RunIngest> IngestOf(const v1::SetTagRequest& request) {
  ASSIGN_OR_RETURN(v1::RunIngest write, Named(request));
  v1::RunTag& tag = *write.add_tags();
  tag.set_key(request.key());
  tag.set_value(request.value());
  RETURN_IF_ERROR(tracking::CheckAndCutTag("", &tag));
  return write;
}

StatusOr<v1::RunIngest> IngestOf(const v1::LogBatchRequest& request) {
  v1::RunIngest write;
  RETURN_IF_ERROR(
      tracking::CheckAndCutBatch(request, write.mutable_params(), write.mutable_tags()));
  write.mutable_metrics()->set_run_id(request.run_id());
  ToColumns(request.metrics(), write.mutable_metrics());
  return write;
}

StatusOr<v1::RunIngest> IngestOf(const v1::LogBatchAsyncRequest& request) {
  v1::LogBatchRequest batch;
  batch.set_run_id(request.run_id());
  *batch.mutable_metrics() = request.metrics();
  *batch.mutable_params() = request.params();
  *batch.mutable_tags() = request.tags();
  return IngestOf(batch);
}

StatusOr<v1::RunIngest> IngestOf(const v1::UpdateRunRequest& request) {
  ASSIGN_OR_RETURN(v1::RunIngest write, Named(request));
  if (!request.run_name().empty()) {
    v1::RunTag& name = *write.add_tags();
    name.set_key(tracking::kRunNameTag);
    name.set_value(request.run_name());
  }
  if (request.has_status()) {
    write.mutable_end()->set_status(request.status());
    if (request.has_end_time()) write.mutable_end()->set_end_time(request.end_time());
  } else if (request.has_end_time()) {
    return absl::UnimplementedError("An end time without a status is not spooled.");
  }
  return write;
}

spool::Priority PriorityOf(const v1::RunIngest& write) {
  if (write.params_size() > 0 || write.tags_size() > 0 || write.has_end()) {
    return spool::Priority::kEssential;
  }
  const bool is_low = std::ranges::all_of(write.metrics().keys(), [](const std::string& key) {
    return key.starts_with(kOfTheMachine);
  });
  return is_low ? spool::Priority::kLow : spool::Priority::kMetrics;
}

}  // namespace rookery::sidecar
