// The integer column of a block: see docs/formats/metric_segment.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "libs/segment/byte_reader.h"

namespace rookery::segment {

void AppendIntegers(std::span<const int64_t> values, std::string* out);

// False: the bytes are not such a column of `values.size()` elements.
[[nodiscard]] bool ReadIntegers(ByteReader* reader, std::span<int64_t> values);

}  // namespace rookery::segment
