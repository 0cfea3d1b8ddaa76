// Any bytes, read as a segment.
#pragma once

#include <string>
#include <string_view>

#include "libs/base/status.h"

namespace rookery::segment::fuzz {

// A segment as one text, which a fuzzer can change: the size of the directory in 4 bytes,
// little-endian, then the directory and the data.
std::string Joined(std::string_view directory, std::string_view data);

// Reads such a text as users read segments: as it is, and once more with checksums that fit, since
// a fuzzer never guesses those. What is refused must be refused as damaged and leave nothing
// behind; what is read must keep what directory.h promises, and come back when it is encoded again.
// INTERNAL, with what was found, if that is not so.
Status ReadAnything(std::string_view joined);

}  // namespace rookery::segment::fuzz
