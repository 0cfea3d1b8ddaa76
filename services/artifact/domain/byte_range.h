// The Range header of HTTP, for files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libs/base/status.h"

namespace rookery::artifact {

// A run of bytes within a file.
struct ByteRange {
  int64_t first = 0;
  int64_t length = 0;
  // Whether it was asked for; otherwise it is the whole file.
  bool is_part = false;
};

// What `header` ("bytes=0-99", "bytes=100-", "bytes=-100", "" for none) asks of a file of `size`
// bytes. The whole file if it asks for several ranges or is none that we know, as RFC 9110 allows.
// OUT_OF_RANGE: it begins after the last byte.
StatusOr<ByteRange> SelectRange(std::string_view header, int64_t size);

// The value of Content-Range for a part.
std::string ContentRange(const ByteRange& range, int64_t size);

// The value of Content-Range beside OUT_OF_RANGE.
std::string UnsatisfiedContentRange(int64_t size);

}  // namespace rookery::artifact
