// Names of files that belong to a key and lie elsewhere.
#pragma once

#include <string>
#include <string_view>

namespace rookery::artifact {

// SHA-256 as hex digits: keys of any length and depth become one short part, and no two the same.
std::string DigestOf(std::string_view text);

std::string HexOf(std::string_view bytes);

}  // namespace rookery::artifact
