#include "libs/segment/bit_packing.h"

#include <bit>
#include <cstring>

namespace rookery::segment {
namespace {

static_assert(std::endian::native == std::endian::little, "the loads below are little-endian");

using Wide = unsigned __int128;

constexpr uint64_t Mask(int width) {
  return width == 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1;
}

// The `width` bits from `bit` on, when 8 bytes can be read there and the bits lie within them.
uint64_t Within8(const char* bytes, size_t bit, uint64_t mask) {
  uint64_t word;
  std::memcpy(&word, bytes + bit / 8, sizeof(word));
  return (word >> (bit % 8)) & mask;
}

// The same anywhere.
uint64_t Anywhere(std::string_view packed, size_t bit, uint64_t mask) {
  Wide word = 0;
  const size_t at = bit / 8;
  std::memcpy(&word, packed.data() + at, std::min<size_t>(packed.size() - at, 9));
  return static_cast<uint64_t>(word >> (bit % 8)) & mask;
}

}  // namespace

void Pack(std::span<const uint64_t> values, int width, std::string* out) {
  if (width == 0) return;
  out->reserve(out->size() + PackedBytes(values.size(), width) + sizeof(uint64_t));
  Wide pending = 0;
  int bits = 0;
  for (const uint64_t value : values) {
    pending |= static_cast<Wide>(value) << bits;
    bits += width;
    if (bits < 64) continue;
    const auto word = static_cast<uint64_t>(pending);
    out->append(reinterpret_cast<const char*>(&word), sizeof(word));
    pending >>= 64;
    bits -= 64;
  }
  out->append(reinterpret_cast<const char*>(&pending), static_cast<size_t>(bits + 7) / 8);
}

void Unpack(std::string_view packed, int width, std::span<uint64_t> values) {
  const uint64_t mask = Mask(width);
  size_t i = 0;
  size_t bit = 0;
  // With 57 bits and more, a value may reach into a ninth byte.
  if (width <= 56) {
    for (; i < values.size() && bit / 8 + 8 <= packed.size(); ++i, bit += width) {
      values[i] = Within8(packed.data(), bit, mask);
    }
  }
  for (; i < values.size(); ++i, bit += width) {
    values[i] = width == 0 ? 0 : Anywhere(packed, bit, mask);
  }
}

}  // namespace rookery::segment
