#include "services/tracking/domain/metric_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "services/tracking/domain/validation.h"

namespace rookery::tracking {
namespace {

Status Invalid(const std::string& message) { return absl::InvalidArgumentError(message); }

using Numbers = google::protobuf::RepeatedField<uint32_t>;

// Expands runs of one number to one number a point.
Status Expand(const std::string& path, std::string_view column, const Numbers& indexes,
              const Numbers& counts, size_t entries, size_t points, std::vector<uint32_t>* out) {
  if (indexes.size() != counts.size()) {
    return Invalid(fmt::format("{0}.{1}_index has {2} entries and {1}_points {3}.", path, column,
                               indexes.size(), counts.size()));
  }
  out->reserve(points);
  for (int i = 0; i < indexes.size(); ++i) {
    if (indexes[i] >= entries) {
      return Invalid(fmt::format("{}.{}_index[{}] is {}, and the dictionary has {} entries.", path,
                                 column, i, indexes[i], entries));
    }
    if (counts[i] > points - out->size()) break;
    out->insert(out->end(), counts[i], indexes[i]);
  }
  uint64_t total = 0;
  for (const uint32_t count : counts) total += count;
  if (total == points) return absl::OkStatus();
  return Invalid(
      fmt::format("{}.{}_points sum to {}, and there are {} values.", path, column, total, points));
}

// Runs of one number, of the rows [begin, end).
void AddRuns(const std::vector<uint32_t>& numbers, size_t begin, size_t end, Numbers* indexes,
             Numbers* counts) {
  for (size_t row = begin; row < end;) {
    size_t next = row;
    while (next < end && numbers[next] == numbers[row]) ++next;
    indexes->Add(numbers[row]);
    counts->Add(static_cast<uint32_t>(next - row));
    row = next;
  }
}

}  // namespace

StatusOr<segment::Points> FromColumns(const std::string& path, const v1::MetricColumns& columns) {
  segment::Points points;
  const auto size = static_cast<size_t>(columns.value_size());
  if (columns.step_size() != columns.value_size() ||
      columns.timestamp_ms_size() != columns.value_size()) {
    return Invalid(fmt::format("{} has {} values, {} steps and {} timestamps.", path, size,
                               columns.step_size(), columns.timestamp_ms_size()));
  }
  points.keys.assign(columns.keys().begin(), columns.keys().end());
  for (size_t i = 0; i < points.keys.size(); ++i) {
    v1::Metric metric;
    metric.set_key(points.keys[i]);
    RETURN_IF_ERROR(CheckMetric(fmt::format("{}.keys[{}]", path, i), metric));
  }
  for (const v1::MetricOrigin& entry : columns.origins()) {
    segment::Origin& origin = points.origins.emplace_back();
    origin.model_id = entry.model_id();
    if (entry.has_dataset_name()) origin.dataset_name = entry.dataset_name();
    if (entry.has_dataset_digest()) origin.dataset_digest = entry.dataset_digest();
  }
  segment::Columns& out = points.columns;
  RETURN_IF_ERROR(Expand(path, "key", columns.key_index(), columns.key_points(), points.keys.size(),
                         size, &out.key));
  if (columns.origin_index().empty()) {
    out.origin.resize(size);
  } else {
    RETURN_IF_ERROR(Expand(path, "origin", columns.origin_index(), columns.origin_points(),
                           points.origins.size(), size, &out.origin));
  }
  out.step.assign(columns.step().begin(), columns.step().end());
  out.timestamp_ms.assign(columns.timestamp_ms().begin(), columns.timestamp_ms().end());
  out.value.assign(columns.value().begin(), columns.value().end());
  const auto negative = std::ranges::find_if(out.timestamp_ms, [](int64_t ms) { return ms < 0; });
  if (negative == out.timestamp_ms.end()) return points;
  return Invalid(fmt::format("{}.timestamp_ms[{}] is {}, which is negative.", path,
                             negative - out.timestamp_ms.begin(), *negative));
}

void ToColumns(const segment::Points& points, size_t begin, size_t end,
               v1::MetricColumns* columns) {
  columns->mutable_keys()->Assign(points.keys.begin(), points.keys.end());
  for (size_t i = 1; i < points.origins.size(); ++i) {
    v1::MetricOrigin* origin = columns->add_origins();
    origin->set_model_id(points.origins[i].model_id);
    if (const auto& name = points.origins[i].dataset_name) origin->set_dataset_name(*name);
    if (const auto& digest = points.origins[i].dataset_digest) origin->set_dataset_digest(*digest);
  }
  const segment::Columns& rows = points.columns;
  const auto range = [&](const auto& column, auto* field) {
    field->Assign(column.begin() + static_cast<std::ptrdiff_t>(begin),
                  column.begin() + static_cast<std::ptrdiff_t>(end));
  };
  range(rows.value, columns->mutable_value());
  range(rows.step, columns->mutable_step());
  range(rows.timestamp_ms, columns->mutable_timestamp_ms());
  AddRuns(rows.key, begin, end, columns->mutable_key_index(), columns->mutable_key_points());
  if (points.origins.size() == 1) return;
  AddRuns(rows.origin, begin, end, columns->mutable_origin_index(),
          columns->mutable_origin_points());
}

}  // namespace rookery::tracking
