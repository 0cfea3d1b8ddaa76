// Reads what a block is made of, and never past its end.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace rookery::segment {

// The first read that finds too few bytes makes this and all later ones fail. Not thread-safe.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  bool ReadByte(uint8_t* byte) {
    std::string_view bytes;
    if (!ReadBytes(1, &bytes)) return false;
    *byte = static_cast<uint8_t>(bytes[0]);
    return true;
  }

  // The view lives as long as the bytes given to the constructor.
  bool ReadBytes(uint64_t count, std::string_view* bytes) {
    if (count > rest_.size()) {
      rest_ = {};
      failed_ = true;
    }
    if (failed_) return false;
    *bytes = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return true;
  }

  bool ReadVarint(uint64_t* value) {
    *value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      uint8_t byte = 0;
      if (!ReadByte(&byte)) return false;
      *value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return true;
    }
    failed_ = true;
    return false;
  }

  bool ReadZigzag(int64_t* value) {
    uint64_t raw = 0;
    if (!ReadVarint(&raw)) return false;
    *value = static_cast<int64_t>((raw >> 1) ^ (~(raw & 1) + 1));
    return true;
  }

  bool at_end() const { return !failed_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

inline void AppendVarint(uint64_t value, std::string* out) {
  for (; value >= 0x80; value >>= 7) out->push_back(static_cast<char>(value | 0x80));
  out->push_back(static_cast<char>(value));
}

inline void AppendZigzag(int64_t value, std::string* out) {
  AppendVarint((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63), out);
}

}  // namespace rookery::segment
