#include "services/tracking/rules/validation.h"

#include <absl/strings/numbers.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <vector>

#include "libs/base/ids.h"
#include "libs/checks/python_text.h"
#include "libs/checks/text.h"

namespace rookery::tracking {
namespace {

constexpr size_t kMaxKeyLength = 250;
constexpr size_t kMaxParamLength = 6000;
constexpr size_t kMaxTagLength = 8000;
constexpr size_t kMaxExperimentNameLength = 500;
constexpr size_t kMaxExperimentTagLength = 20000;
constexpr int kMaxMetrics = 1000;
constexpr int kMaxParamsOrTags = 100;
constexpr int kMaxEntities = 1000;

Status Invalid(const std::string& message) { return absl::InvalidArgumentError(message); }

// `"metrics[0]"` and `"name"` to `"metrics[0].name"`.
std::string Path(std::string_view path, std::string_view name) {
  return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
}

Status CheckCount(std::string_view what, int count, int limit) {
  if (count <= limit) return absl::OkStatus();
  return Invalid(
      fmt::format("A batch logging request can contain at most {} {}. Got {} {}. Please split up "
                  "{} across multiple requests and try again.",
                  limit, what, count, what, what));
}

Status CheckParamKeysDiffer(const v1::LogBatchRequest& batch) {
  std::set<std::string_view> seen;
  std::vector<std::string> twice;
  for (const auto& param : batch.params()) {
    if (!seen.insert(param.key()).second) twice.push_back(fmt::format("'{}'", param.key()));
  }
  if (twice.empty()) return absl::OkStatus();
  return Invalid(
      fmt::format("Duplicate parameter keys have been submitted: [{}]. Please ensure the request "
                  "contains only one param value per param key.",
                  fmt::join(twice, ", ")));
}

}  // namespace

Status MissingValue(std::string_view path) {
  return Invalid(
      fmt::format("Missing value for required parameter '{}'. See the API docs for more "
                  "information about request parameters.",
                  path));
}

StatusOr<int64_t> ParseExperimentId(std::string_view id) {
  int64_t parsed = 0;
  if (absl::SimpleAtoi(absl::string_view(id.data(), id.size()), &parsed)) return parsed;
  return Invalid(
      fmt::format("Invalid experiment ID '{}'. Experiment ID must be a valid integer.", id));
}

Status CheckExperimentName(std::string_view name) {
  if (IsBlank(name)) return Invalid(fmt::format("Invalid experiment name: '{}'", name));
  return CheckLength("name", name, kMaxExperimentNameLength);
}

Status CheckExperimentTag(const std::string& key, const std::string& value) {
  RETURN_IF_ERROR(CheckKey("key", key));
  RETURN_IF_ERROR(CheckLength("key", key, kMaxKeyLength));
  return CheckLength("value", value, kMaxExperimentTagLength);
}

Status CheckRunId(const std::string& run_id) {
  if (IsValidRunId(run_id)) return absl::OkStatus();
  return InvalidValue("run_id", run_id, "");
}

Status CheckLoggedModelName(const std::string& name) {
  if (name.find_first_of("/:.%\"'") == std::string::npos) return absl::OkStatus();
  return Invalid(
      fmt::format("Invalid model name ({}) provided. Model name must be a non-empty string and "
                  "cannot contain the following characters: ('/', ':', '.', '%', '\"', \"'\")",
                  PythonRepr(name)));
}

Status CheckMetric(std::string_view path, const v1::Metric& metric) {
  RETURN_IF_ERROR(CheckKey(Path(path, "name"), metric.key()));
  if (metric.timestamp() < 0) {
    return Invalid(fmt::format(
        "Invalid value {} for parameter '{}' supplied: metric '{}' (value={}). "
        "Timestamp must be a nonnegative long (64-bit integer) ",
        metric.timestamp(), Path(path, "timestamp"), metric.key(), PythonRepr(metric.value())));
  }
  return CheckLength("Metric name", metric.key(), kMaxKeyLength);
}

Status CheckAndCutParam(std::string_view path, v1::Param* param) {
  if (!param->has_key()) return MissingValue(Path(path, "key"));
  RETURN_IF_ERROR(CheckKey(Path(path, "key"), param->key()));
  CutToCharacters(param->mutable_value(), kMaxParamLength);
  return CheckLength("Param key", param->key(), kMaxKeyLength);
}

Status CheckAndCutTag(std::string_view path, v1::RunTag* tag) {
  if (!tag->has_key()) return MissingValue(Path(path, "key"));
  RETURN_IF_ERROR(CheckKey(Path(path, "key"), tag->key()));
  return CheckAndCutTagOfNewRun(path, tag);
}

Status CheckAndCutTagOfNewRun(std::string_view path, v1::RunTag* tag) {
  // An absent key is an empty one, and answered as that.
  tag->mutable_key();
  CutToCharacters(tag->mutable_value(), kMaxTagLength);
  return CheckLength(Path(path, "key"), tag->key(), kMaxKeyLength);
}

Status CheckAndCutBatch(const v1::LogBatchRequest& batch, Params* params, RunTags* tags) {
  RETURN_IF_ERROR(CheckRunId(batch.run_id()));
  for (int i = 0; i < batch.metrics_size(); ++i) {
    // A place is put into words only where it is needed: there may be a thousand.
    if (CheckMetric("", batch.metrics(i)).ok()) continue;
    return CheckMetric(fmt::format("metrics[{}]", i), batch.metrics(i));
  }
  *params = batch.params();
  for (int i = 0; i < params->size(); ++i) {
    RETURN_IF_ERROR(CheckAndCutParam(fmt::format("params[{}]", i), &(*params)[i]));
  }
  *tags = batch.tags();
  for (int i = 0; i < tags->size(); ++i) {
    RETURN_IF_ERROR(CheckAndCutTag(fmt::format("tags[{}]", i), &(*tags)[i]));
  }
  const int total = batch.metrics_size() + batch.params_size() + batch.tags_size();
  RETURN_IF_ERROR(CheckCount("metrics", batch.metrics_size(), kMaxMetrics));
  RETURN_IF_ERROR(CheckCount("params", batch.params_size(), kMaxParamsOrTags));
  RETURN_IF_ERROR(CheckCount("tags", batch.tags_size(), kMaxParamsOrTags));
  RETURN_IF_ERROR(CheckCount("metrics, params, and tags", total, kMaxEntities));
  return CheckParamKeysDiffer(batch);
}

Status CheckDatasetInput(const v1::DatasetInput& input) {
  const v1::Dataset& dataset = input.dataset();
  RETURN_IF_ERROR(CheckLength("name", dataset.name(), 500));
  RETURN_IF_ERROR(CheckLength("digest", dataset.digest(), 36));
  RETURN_IF_ERROR(CheckLength("source", dataset.source(), 65'535));
  RETURN_IF_ERROR(CheckLength("schema", dataset.schema(), 1'048'575));
  RETURN_IF_ERROR(CheckLength("profile", dataset.profile(), 16'777'215));
  for (const auto& tag : input.tags()) {
    RETURN_IF_ERROR(CheckLength("key", tag.key(), 255));
    RETURN_IF_ERROR(CheckLength("value", tag.value(), 500));
  }
  return absl::OkStatus();
}

}  // namespace rookery::tracking
