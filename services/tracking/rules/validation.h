// MLflow's limits and the words in which it says that they are exceeded. Lengths count Unicode
// characters, as MLflow's do.
#pragma once

#include <rookery/tracking/v1/logged_model.pb.h>
#include <rookery/tracking/v1/run.pb.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "libs/base/status.h"
#include "libs/checks/checks.h"
#include "services/tracking/rules/run_values.h"

namespace rookery::tracking {

// Says that a request lacks the parameter at `path`.
Status MissingValue(std::string_view path);

// `"42"` to 42. INVALID_ARGUMENT: not an integer of 64 bits.
StatusOr<int64_t> ParseExperimentId(std::string_view id);

Status CheckExperimentName(std::string_view name);
Status CheckExperimentTag(const std::string& key, const std::string& value);
Status CheckRunId(const std::string& run_id);
Status CheckLoggedModelName(const std::string& name);

// `path` is `metrics[0]` in a batch and empty for a single metric.
Status CheckMetric(std::string_view path, const v1::Metric& metric);

// These cut a value that is too long, as MLflow does by default.
Status CheckAndCutParam(std::string_view path, v1::Param* param);
Status CheckAndCutTag(std::string_view path, v1::RunTag* tag);
// MLflow holds the keys that a run is created with against their length alone.
Status CheckAndCutTagOfNewRun(std::string_view path, v1::RunTag* tag);

// All of the above over a batch, and its own limits. Its params and tags are copied, and cut there.
Status CheckAndCutBatch(const v1::LogBatchRequest& batch, Params* params, RunTags* tags);

Status CheckDatasetInput(const v1::DatasetInput& input);

}  // namespace rookery::tracking
