#include "services/tracking/rules/ingest_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "services/tracking/rules/validation.h"

namespace rookery::tracking {
namespace {

constexpr int64_t kMaxThings = 100'000;

using Numbers = google::protobuf::RepeatedField<uint32_t>;

Status Invalid(const std::string& message) { return absl::InvalidArgumentError(message); }

// Runs of one number, which is below `entries`, for `points` points.
Status CheckRuns(const std::string& path, std::string_view column, const Numbers& indexes,
                 const Numbers& counts, size_t entries, size_t points) {
  if (indexes.size() != counts.size()) {
    return Invalid(fmt::format("{0}.{1}_index has {2} entries and {1}_points {3}.", path, column,
                               indexes.size(), counts.size()));
  }
  const auto outside =
      std::ranges::find_if(indexes, [&](uint32_t index) { return index >= entries; });
  if (outside != indexes.end()) {
    return Invalid(fmt::format("{}.{}_index[{}] is {}, and the dictionary has {} entries.", path,
                               column, outside - indexes.begin(), *outside, entries));
  }
  uint64_t total = 0;
  for (const uint32_t count : counts) total += count;
  if (total == points) return absl::OkStatus();
  return Invalid(
      fmt::format("{}.{}_points sum to {}, and there are {} values.", path, column, total, points));
}

}  // namespace

int64_t ThingsOf(const v1::RunIngest& ingest) {
  return int64_t{ingest.metrics().value_size()} + ingest.params_size() + ingest.tags_size() +
         (ingest.has_end() ? 1 : 0);
}

Status CheckThings(int64_t things) {
  if (things <= kMaxThings) return absl::OkStatus();
  return Invalid(fmt::format("A request may hold {} points, params, tags and ends, and has {}.",
                             kMaxThings, things));
}

Status CheckColumns(const std::string& path, const v1::MetricColumns& columns) {
  const auto points = static_cast<size_t>(columns.value_size());
  if (columns.step_size() != columns.value_size() ||
      columns.timestamp_ms_size() != columns.value_size()) {
    return Invalid(fmt::format("{} has {} values, {} steps and {} timestamps.", path, points,
                               columns.step_size(), columns.timestamp_ms_size()));
  }
  v1::Metric metric;
  for (int i = 0; i < columns.keys_size(); ++i) {
    metric.set_key(columns.keys(i));
    if (CheckMetric("", metric).ok()) continue;
    return CheckMetric(fmt::format("{}.keys[{}]", path, i), metric);
  }
  RETURN_IF_ERROR(CheckRuns(path, "key", columns.key_index(), columns.key_points(),
                            static_cast<size_t>(columns.keys_size()), points));
  if (!columns.origin_index().empty()) {
    // 0 is none, and n the nth.
    RETURN_IF_ERROR(CheckRuns(path, "origin", columns.origin_index(), columns.origin_points(),
                              static_cast<size_t>(columns.origins_size()) + 1, points));
  }
  const auto& times = columns.timestamp_ms();
  const auto negative = std::ranges::find_if(times, [](int64_t ms) { return ms < 0; });
  if (negative == times.end()) return absl::OkStatus();
  return Invalid(fmt::format("{}.timestamp_ms[{}] is {}, which is negative.", path,
                             negative - times.begin(), *negative));
}

Status CheckAndCutRun(const std::string& path, const v1::RunIngest& ingest, Params* params,
                      RunTags* tags) {
  RETURN_IF_ERROR(CheckRunId(ingest.metrics().run_id()));
  RETURN_IF_ERROR(CheckColumns(path + ".metrics", ingest.metrics()));
  *params = ingest.params();
  std::set<std::string_view> keys;
  for (int i = 0; i < params->size(); ++i) {
    const std::string place = fmt::format("{}.params[{}]", path, i);
    RETURN_IF_ERROR(CheckAndCutParam(place, &(*params)[i]));
    if (!keys.insert((*params)[i].key()).second) {
      return Invalid(fmt::format("{} names the key '{}' again.", place, (*params)[i].key()));
    }
  }
  *tags = ingest.tags();
  for (int i = 0; i < tags->size(); ++i) {
    RETURN_IF_ERROR(CheckAndCutTag(fmt::format("{}.tags[{}]", path, i), &(*tags)[i]));
  }
  if (ingest.has_end() && (!v1::RunStatus_IsValid(ingest.end().status()) ||
                           ingest.end().status() == v1::RUN_STATUS_UNSPECIFIED)) {
    return Invalid(fmt::format("{}.end has no valid status.", path));
  }
  return absl::OkStatus();
}

}  // namespace rookery::tracking
