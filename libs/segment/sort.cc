#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <tuple>
#include <utility>

#include "libs/segment/writer.h"

namespace rookery::segment {
namespace {

// New numbers for the entries of a dictionary that are used, in the order of the entries, of which
// equal ones become one. The first `fixed` entries keep their numbers, used or not.
template <typename Entry>
std::vector<uint32_t> Renumber(std::vector<Entry>* entries, const std::vector<uint32_t>& used_by,
                               size_t fixed) {
  std::vector<bool> used(entries->size());
  for (const uint32_t number : used_by) used[number] = true;
  std::vector<uint32_t> order;
  for (uint32_t number = fixed; number < entries->size(); ++number) {
    if (used[number]) order.push_back(number);
  }
  std::ranges::sort(order, [&](uint32_t a, uint32_t b) { return (*entries)[a] < (*entries)[b]; });

  std::vector<uint32_t> renumbered(entries->size());
  std::iota(renumbered.begin(), renumbered.begin() + static_cast<std::ptrdiff_t>(fixed), 0);
  std::vector<Entry> sorted(entries->begin(),
                            entries->begin() + static_cast<std::ptrdiff_t>(fixed));
  for (const uint32_t number : order) {
    const bool repeated = sorted.size() > fixed && sorted.back() == (*entries)[number];
    if (!repeated) sorted.push_back(std::move((*entries)[number]));
    renumbered[number] = static_cast<uint32_t>(sorted.size() - 1);
  }
  *entries = std::move(sorted);
  return renumbered;
}

void Apply(const std::vector<uint32_t>& renumbered, std::vector<uint32_t>* numbers) {
  for (uint32_t& number : *numbers) number = renumbered[number];
}

// The place of row `i` among the rows of its key.
auto OrderWithinKey(const Columns& columns, uint32_t i) {
  const double value = columns.value[i];
  const bool is_nan = std::isnan(value);
  return std::make_tuple(columns.step[i], columns.timestamp_ms[i], is_nan ? 0.0 : value, is_nan,
                         std::bit_cast<uint64_t>(value), columns.origin[i]);
}

// Row numbers, by key; within a key as they were.
std::vector<uint32_t> ByKey(const Columns& columns, size_t keys) {
  std::vector<uint32_t> next(keys + 1);
  for (const uint32_t key : columns.key) ++next[key + 1];
  std::partial_sum(next.begin(), next.end(), next.begin());
  std::vector<uint32_t> rows(columns.size());
  for (uint32_t row = 0; row < columns.size(); ++row) rows[next[columns.key[row]]++] = row;
  return rows;
}

template <typename Number>
void Permute(const std::vector<uint32_t>& rows, std::vector<Number>* column) {
  std::vector<Number> sorted(column->size());
  for (size_t i = 0; i < rows.size(); ++i) sorted[i] = (*column)[rows[i]];
  *column = std::move(sorted);
}

}  // namespace

void Sort(Points* points) {
  Columns& columns = points->columns;
  Apply(Renumber(&points->keys, columns.key, 0), &columns.key);
  Apply(Renumber(&points->origins, columns.origin, 1), &columns.origin);

  std::vector<uint32_t> rows = ByKey(columns, points->keys.size());
  const auto less = [&](uint32_t a, uint32_t b) {
    return OrderWithinKey(columns, a) < OrderWithinKey(columns, b);
  };
  for (auto begin = rows.begin(); begin != rows.end();) {
    const uint32_t key = columns.key[*begin];
    const auto end =
        std::find_if(begin, rows.end(), [&](uint32_t row) { return columns.key[row] != key; });
    // Training logs its steps in order, so there is rarely anything to sort.
    if (!std::is_sorted(begin, end, less)) std::sort(begin, end, less);
    begin = end;
  }
  if (std::ranges::is_sorted(rows)) return;
  Permute(rows, &columns.key);
  Permute(rows, &columns.origin);
  Permute(rows, &columns.step);
  Permute(rows, &columns.timestamp_ms);
  Permute(rows, &columns.value);
}

}  // namespace rookery::segment
