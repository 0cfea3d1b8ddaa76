#include "sidecar/spool/checksum.h"

#include <zlib.h>

namespace rookery::spool {

uint32_t Crc(std::string_view bytes, uint32_t before) {
  return static_cast<uint32_t>(
      crc32_z(before, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

}  // namespace rookery::spool
