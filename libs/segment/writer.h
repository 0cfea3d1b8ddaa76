// Points to a segment's bytes.
#pragma once

#include <string>

#include "libs/segment/points.h"

namespace rookery::segment {

// What one row of a table keeps.
struct EncodedSegment {
  std::string directory;
  std::string data;
};

// Sorts the points, and keys and origins with them, into the order of the format, in place; then
// encodes them. Dictionary entries that no point uses are left out. At least one point. Positions
// in `columns` must lie within the dictionaries.
EncodedSegment Encode(Points* points);

// Only the sorting: what Encode does first.
void Sort(Points* points);

}  // namespace rookery::segment
