// Integers of few bits each, one behind the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace rookery::segment {

// Bytes that `count` integers of `width` bits (0 to 64) take.
constexpr size_t PackedBytes(size_t count, int width) {
  return (count * static_cast<size_t>(width) + 7) / 8;
}

// Appends `values`, each of which must fit `width` bits.
void Pack(std::span<const uint64_t> values, int width, std::string* out);

// Fills `values` from `packed`, which must hold PackedBytes(values.size(), width) bytes or more.
void Unpack(std::string_view packed, int width, std::span<uint64_t> values);

}  // namespace rookery::segment
