#include "libs/segment/integer_column.h"

#include <algorithm>
#include <bit>
#include <vector>

#include "libs/segment/bit_packing.h"

namespace rookery::segment {
namespace {

constexpr uint8_t kDeltaCoded = 0x80;
constexpr int kMaxWidth = 64;

// Unsigned, for signed overflow is no arithmetic.
uint64_t Less(int64_t a, int64_t b) { return static_cast<uint64_t>(a) - static_cast<uint64_t>(b); }

struct Frame {
  int64_t base = 0;
  int width = 0;
};

Frame FrameOf(std::span<const int64_t> values) {
  if (values.empty()) return {};
  const auto [least, greatest] = std::ranges::minmax(values);
  return {least, static_cast<int>(std::bit_width(Less(greatest, least)))};
}

void AppendFramed(std::span<const int64_t> values, const Frame& frame, std::string* out) {
  std::vector<uint64_t> offsets(values.size());
  std::ranges::transform(values, offsets.begin(),
                         [&](int64_t value) { return Less(value, frame.base); });
  Pack(offsets, frame.width, out);
}

}  // namespace

void AppendIntegers(std::span<const int64_t> values, std::string* out) {
  if (values.empty()) return;
  std::vector<int64_t> differences(values.size() - 1);
  for (size_t i = 0; i + 1 < values.size(); ++i) {
    differences[i] = static_cast<int64_t>(Less(values[i + 1], values[i]));
  }
  const Frame plain = FrameOf(values);
  const Frame delta = FrameOf(differences);
  if (PackedBytes(differences.size(), delta.width) < PackedBytes(values.size(), plain.width)) {
    out->push_back(static_cast<char>(kDeltaCoded | delta.width));
    AppendZigzag(delta.base, out);
    AppendZigzag(values[0], out);
    AppendFramed(differences, delta, out);
  } else {
    out->push_back(static_cast<char>(plain.width));
    AppendZigzag(plain.base, out);
    AppendFramed(values, plain, out);
  }
}

bool ReadIntegers(ByteReader* reader, std::span<int64_t> values) {
  if (values.empty()) return true;
  uint8_t head = 0;
  int64_t base = 0;
  if (!reader->ReadByte(&head) || !reader->ReadZigzag(&base)) return false;
  const bool delta_coded = (head & kDeltaCoded) != 0;
  const int width = head & ~kDeltaCoded;
  int64_t first = 0;
  if (width > kMaxWidth || (delta_coded && !reader->ReadZigzag(&first))) return false;

  std::vector<uint64_t> offsets(values.size() - (delta_coded ? 1 : 0));
  std::string_view packed;
  if (!reader->ReadBytes(PackedBytes(offsets.size(), width), &packed)) return false;
  Unpack(packed, width, offsets);
  if (!delta_coded) {
    std::ranges::transform(offsets, values.begin(), [&](uint64_t offset) {
      return static_cast<int64_t>(static_cast<uint64_t>(base) + offset);
    });
    return true;
  }
  auto value = static_cast<uint64_t>(first);
  values[0] = first;
  for (size_t i = 0; i < offsets.size(); ++i) {
    value += static_cast<uint64_t>(base) + offsets[i];
    values[i + 1] = static_cast<int64_t>(value);
  }
  return true;
}

}  // namespace rookery::segment
