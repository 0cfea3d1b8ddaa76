#include "libs/segment/checksum.h"

#include <zlib.h>

#include <cstring>

namespace rookery::segment {

uint32_t Crc32(std::string_view bytes) {
  return static_cast<uint32_t>(
      crc32_z(0, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

void AppendCrc32(std::string* bytes) {
  const uint32_t crc = Crc32(*bytes);
  bytes->append(reinterpret_cast<const char*>(&crc), sizeof(crc));
}

bool TakeCrc32(std::string_view* bytes) {
  uint32_t crc = 0;
  if (bytes->size() < sizeof(crc)) return false;
  std::memcpy(&crc, bytes->data() + bytes->size() - sizeof(crc), sizeof(crc));
  bytes->remove_suffix(sizeof(crc));
  return Crc32(*bytes) == crc;
}

}  // namespace rookery::segment
