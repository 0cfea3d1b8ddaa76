// Where a text stops being JSON, for faults that simdjson reports without a place.
#pragma once

#include <string_view>

#include "libs/base/status.h"

namespace rookery::transcode {

// INVALID_ARGUMENT "Malformed JSON at byte N: <what>".
Status MalformedJson(size_t offset, std::string_view what);

// The first byte of `text` that is not UTF-8, or its size.
size_t FirstInvalidUtf8(std::string_view text);

// The first control character inside a string, or the opening quote of the string that never ends,
// or the size of `text` if there is neither.
size_t FirstStringFault(std::string_view text);

// Whether `token` is a number by JSON's grammar.
bool IsJsonNumber(std::string_view token);

}  // namespace rookery::transcode
