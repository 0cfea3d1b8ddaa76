// Percent-encoding of URLs.
#pragma once

#include <string>
#include <string_view>

namespace rookery {

// `text` as one part of a path or the value of a query parameter: all but ASCII letters, digits and
// `-._~` is encoded.
std::string PercentEncode(std::string_view text);

// The same of a whole path, whose slashes stay.
std::string PercentEncodePath(std::string_view path);

}  // namespace rookery
