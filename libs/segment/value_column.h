// The value column of a block: see docs/formats/metric_segment.md.
#pragma once

#include <span>
#include <string>

#include "libs/segment/byte_reader.h"

namespace rookery::segment {

// Every bit comes back, of NaNs and negative zeros too.
void AppendValues(std::span<const double> values, std::string* out);

// False: the bytes are not such a column of `values.size()` elements.
[[nodiscard]] bool ReadValues(ByteReader* reader, std::span<double> values);

}  // namespace rookery::segment
