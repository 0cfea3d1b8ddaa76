// CRC-32, of pieces.
#pragma once

#include <cstdint>
#include <string_view>

namespace rookery::spool {

// Of `bytes` behind those that gave `before`.
uint32_t Crc(std::string_view bytes, uint32_t before = 0);

}  // namespace rookery::spool
