#include "services/tracking/domain/metric_columns.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <vector>

namespace rookery::tracking {
namespace {

// Of the dictionaries of a message at most; the numbers of its points take at most 2.6 MB, and
// gRPC's clients take 4 MiB by default.
constexpr size_t kMaxTextBytes = 1024 * 1024;
// What a key or an origin takes besides its text.
constexpr size_t kKeyBytes = 8;
constexpr size_t kOriginBytes = 16;
constexpr uint32_t kUnknown = std::numeric_limits<uint32_t>::max();

size_t SizeOf(const segment::Origin& origin) {
  return kOriginBytes + origin.model_id.size() + origin.dataset_name.value_or("").size() +
         origin.dataset_digest.value_or("").size();
}

using Numbers = google::protobuf::RepeatedField<uint32_t>;

// Expands runs of one number to one number a point.
void Expand(const Numbers& indexes, const Numbers& counts, std::vector<uint32_t>* out) {
  for (int i = 0; i < indexes.size(); ++i) out->insert(out->end(), counts[i], indexes[i]);
}

// Runs of one number, of the rows [begin, end). The numbers are told as `given` says, which gives
// new ones to those that it does not know yet.
template <typename Give>
void AddRuns(const std::vector<uint32_t>& numbers, size_t begin, size_t end, Give given,
             Numbers* indexes, Numbers* counts) {
  for (size_t row = begin; row < end;) {
    size_t next = row;
    while (next < end && numbers[next] == numbers[row]) ++next;
    indexes->Add(given(numbers[row]));
    counts->Add(static_cast<uint32_t>(next - row));
    row = next;
  }
}

// Of sorted rows.
bool AllAreOfOneKey(const segment::Columns& rows, size_t begin, size_t end) {
  return begin == end || rows.key[begin] == rows.key[end - 1];
}

bool NoneHasOrigin(const segment::Columns& rows, size_t begin, size_t end) {
  return std::all_of(rows.origin.begin() + static_cast<std::ptrdiff_t>(begin),
                     rows.origin.begin() + static_cast<std::ptrdiff_t>(end),
                     [](uint32_t origin) { return origin == 0; });
}

void AddOrigin(const segment::Origin& origin, v1::MetricColumns* columns) {
  v1::MetricOrigin* entry = columns->add_origins();
  entry->set_model_id(origin.model_id);
  if (origin.dataset_name) entry->set_dataset_name(*origin.dataset_name);
  if (origin.dataset_digest) entry->set_dataset_digest(*origin.dataset_digest);
}

}  // namespace

segment::Points FromCheckedColumns(const v1::MetricColumns& columns) {
  segment::Points points;
  points.keys.assign(columns.keys().begin(), columns.keys().end());
  for (const v1::MetricOrigin& entry : columns.origins()) {
    segment::Origin& origin = points.origins.emplace_back();
    origin.model_id = entry.model_id();
    if (entry.has_dataset_name()) origin.dataset_name = entry.dataset_name();
    if (entry.has_dataset_digest()) origin.dataset_digest = entry.dataset_digest();
  }
  const auto size = static_cast<size_t>(columns.value_size());
  segment::Columns& out = points.columns;
  out.key.reserve(size);
  Expand(columns.key_index(), columns.key_points(), &out.key);
  if (columns.origin_index().empty()) {
    out.origin.resize(size);
  } else {
    out.origin.reserve(size);
    Expand(columns.origin_index(), columns.origin_points(), &out.origin);
  }
  out.step.assign(columns.step().begin(), columns.step().end());
  out.timestamp_ms.assign(columns.timestamp_ms().begin(), columns.timestamp_ms().end());
  out.value.assign(columns.value().begin(), columns.value().end());
  return points;
}

size_t EndOfMessage(const segment::Points& points, size_t begin) {
  const segment::Columns& rows = points.columns;
  const size_t limit = std::min(rows.size(), begin + kMaxMessagePoints);
  if (AllAreOfOneKey(rows, begin, limit) && NoneHasOrigin(rows, begin, limit)) return limit;
  size_t bytes = 0;
  for (size_t row = begin; row < limit; ++row) {
    const bool has_new_key = row == begin || rows.key[row] != rows.key[row - 1];
    const bool has_new_origin =
        rows.origin[row] != 0 && (row == begin || rows.origin[row] != rows.origin[row - 1]);
    if (has_new_key) bytes += points.keys[rows.key[row]].size() + kKeyBytes;
    if (has_new_origin) bytes += SizeOf(points.origins[rows.origin[row]]);
    if (bytes > kMaxTextBytes && row > begin) return row;
  }
  return limit;
}

void ToColumns(const segment::Points& points, size_t begin, size_t end,
               v1::MetricColumns* columns) {
  const segment::Columns& rows = points.columns;
  const auto range = [&](const auto& column, auto* field) {
    field->Assign(column.begin() + static_cast<std::ptrdiff_t>(begin),
                  column.begin() + static_cast<std::ptrdiff_t>(end));
  };
  range(rows.value, columns->mutable_value());
  range(rows.step, columns->mutable_step());
  range(rows.timestamp_ms, columns->mutable_timestamp_ms());

  std::vector<uint32_t> keys(points.keys.size(), kUnknown);
  const auto give_key = [&](uint32_t number) {
    if (keys[number] == kUnknown) {
      keys[number] = static_cast<uint32_t>(columns->keys_size());
      columns->add_keys(points.keys[number]);
    }
    return keys[number];
  };
  AddRuns(rows.key, begin, end, give_key, columns->mutable_key_index(),
          columns->mutable_key_points());

  if (NoneHasOrigin(rows, begin, end)) return;
  std::vector<uint32_t> origins(points.origins.size(), kUnknown);
  origins[0] = 0;
  const auto give_origin = [&](uint32_t number) {
    if (origins[number] == kUnknown) {
      AddOrigin(points.origins[number], columns);
      origins[number] = static_cast<uint32_t>(columns->origins_size());
    }
    return origins[number];
  };
  AddRuns(rows.origin, begin, end, give_origin, columns->mutable_origin_index(),
          columns->mutable_origin_points());
}

}  // namespace rookery::tracking
