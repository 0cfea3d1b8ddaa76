#include "libs/segment/block.h"

#include <limits>
#include <span>

#include "libs/segment/byte_reader.h"
#include "libs/segment/integer_column.h"
#include "libs/segment/value_column.h"

namespace rookery::segment {
namespace {

// Runs of equal numbers: calls `add(number, length)` for each.
template <typename Add>
size_t ForEachRun(std::span<const uint32_t> numbers, Add&& add) {
  size_t runs = 0;
  for (size_t begin = 0; begin < numbers.size(); ++runs) {
    size_t end = begin + 1;
    while (end < numbers.size() && numbers[end] == numbers[begin]) ++end;
    add(numbers[begin], end - begin);
    begin = end;
  }
  return runs;
}

void AppendRuns(std::span<const uint32_t> numbers, uint32_t before_first, std::string* out) {
  AppendVarint(ForEachRun(numbers, [](uint32_t, size_t) {}), out);
  int64_t previous = before_first;
  ForEachRun(numbers, [&](uint32_t number, size_t length) {
    AppendZigzag(static_cast<int64_t>(number) - previous, out);
    AppendVarint(length, out);
    previous = number;
  });
}

bool ReadRuns(ByteReader* reader, uint32_t before_first, std::span<uint32_t> numbers) {
  uint64_t runs = 0;
  if (!reader->ReadVarint(&runs) || runs > numbers.size()) return false;
  uint64_t number = before_first;
  size_t filled = 0;
  for (uint64_t run = 0; run < runs; ++run) {
    int64_t difference = 0;
    uint64_t length = 0;
    if (!reader->ReadZigzag(&difference) || !reader->ReadVarint(&length)) return false;
    number += static_cast<uint64_t>(difference);
    if (number > std::numeric_limits<uint32_t>::max() || length > numbers.size() - filled) {
      return false;
    }
    for (uint64_t i = 0; i < length; ++i) numbers[filled++] = static_cast<uint32_t>(number);
  }
  return filled == numbers.size();
}

bool KeysFit(std::span<const uint32_t> keys, const BlockInfo& info) {
  if (keys.front() != info.first_key || keys.back() != info.last_key) return false;
  for (size_t i = 1; i < keys.size(); ++i) {
    if (keys[i] < keys[i - 1]) return false;
  }
  return true;
}

bool Read(std::string_view bytes, const BlockInfo& info, size_t begin, Columns* columns) {
  const auto rows = [&](auto& column) { return std::span(column).subspan(begin); };
  ByteReader reader(bytes);
  return ReadRuns(&reader, info.first_key, rows(columns->key)) &&
         KeysFit(rows(columns->key), info) && ReadRuns(&reader, 0, rows(columns->origin)) &&
         ReadIntegers(&reader, rows(columns->step)) &&
         ReadIntegers(&reader, rows(columns->timestamp_ms)) &&
         ReadValues(&reader, rows(columns->value)) && reader.at_end();
}

}  // namespace

std::string EncodeBlock(const Columns& columns, size_t begin, size_t end) {
  const auto rows = [&](const auto& column) {
    return std::span(column).subspan(begin, end - begin);
  };
  std::string out;
  AppendRuns(rows(columns.key), columns.key[begin], &out);
  AppendRuns(rows(columns.origin), 0, &out);
  AppendIntegers(rows(columns.step), &out);
  AppendIntegers(rows(columns.timestamp_ms), &out);
  AppendValues(rows(columns.value), &out);
  return out;
}

bool DecodeBlock(std::string_view bytes, const BlockInfo& info, Columns* columns) {
  if (info.points == 0 || info.points > kMaxBlockPoints) return false;
  const size_t before = columns->size();
  columns->Resize(before + info.points);
  if (Read(bytes, info, before, columns)) return true;
  columns->Resize(before);
  return false;
}

}  // namespace rookery::segment
