// CRC-32 as zlib computes it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rookery::segment {

uint32_t Crc32(std::string_view bytes);

// Four bytes, little-endian, behind `bytes`.
void AppendCrc32(std::string* bytes);

// Takes such a checksum off the end; false if it is not that of the rest.
[[nodiscard]] bool TakeCrc32(std::string_view* bytes);

}  // namespace rookery::segment
