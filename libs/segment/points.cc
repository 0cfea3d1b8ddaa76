#include "libs/segment/points.h"

#include <cmath>

namespace rookery::segment {
namespace {

template <typename T>
void AddRange(const std::vector<T>& from, size_t begin, size_t end, std::vector<T>* to) {
  to->insert(to->end(), from.begin() + static_cast<std::ptrdiff_t>(begin),
             from.begin() + static_cast<std::ptrdiff_t>(end));
}

}  // namespace

void Columns::Resize(size_t size) {
  key.resize(size);
  origin.resize(size);
  step.resize(size);
  timestamp_ms.resize(size);
  value.resize(size);
}

void Columns::Add(uint32_t key_number, uint32_t origin_number, int64_t step_number,
                  int64_t timestamp, double number) {
  key.push_back(key_number);
  origin.push_back(origin_number);
  step.push_back(step_number);
  timestamp_ms.push_back(timestamp);
  value.push_back(number);
}

void Columns::AddRows(const Columns& other, size_t begin, size_t end, uint32_t key_number) {
  key.insert(key.end(), end - begin, key_number);
  origin.insert(origin.end(), end - begin, 0);
  AddRange(other.step, begin, end, &step);
  AddRange(other.timestamp_ms, begin, end, &timestamp_ms);
  AddRange(other.value, begin, end, &value);
}

void Columns::KeepKey(size_t begin, uint32_t key_number) {
  size_t kept = begin;
  for (size_t row = begin; row < size(); ++row) {
    if (key[row] != key_number) continue;
    key[kept] = key[row];
    origin[kept] = origin[row];
    step[kept] = step[row];
    timestamp_ms[kept] = timestamp_ms[row];
    value[kept] = value[row];
    ++kept;
  }
  Resize(kept);
}

bool Columns::Equal(size_t a, size_t b) const {
  return key[a] == key[b] && step[a] == step[b] && timestamp_ms[a] == timestamp_ms[b] &&
         (value[a] == value[b] || (std::isnan(value[a]) && std::isnan(value[b])));
}

void Points::Clear() {
  keys.clear();
  origins.assign(1, Origin());
  columns.Clear();
}

void Points::Append(const std::vector<std::string>& other_keys,
                    const std::vector<Origin>& other_origins, const Columns& other, size_t begin) {
  const auto key_offset = static_cast<uint32_t>(keys.size());
  const auto origin_offset = static_cast<uint32_t>(origins.size());
  keys.insert(keys.end(), other_keys.begin(), other_keys.end());
  // Equal entries become one when the points are sorted; origin 0 is everybody's.
  origins.insert(origins.end(), other_origins.begin() + 1, other_origins.end());
  const size_t before = columns.size();
  const size_t end = other.size();
  AddRange(other.key, begin, end, &columns.key);
  AddRange(other.origin, begin, end, &columns.origin);
  AddRange(other.step, begin, end, &columns.step);
  AddRange(other.timestamp_ms, begin, end, &columns.timestamp_ms);
  AddRange(other.value, begin, end, &columns.value);
  for (size_t row = before; row < columns.size(); ++row) {
    columns.key[row] += key_offset;
    if (columns.origin[row] != 0) columns.origin[row] += origin_offset - 1;
  }
}

}  // namespace rookery::segment
