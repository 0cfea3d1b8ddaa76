// Base64 as JOSE writes it (RFC 7515, section 2): the URL's alphabet, no padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rookery::tokens {

std::string EncodeBase64Url(std::string_view bytes);

// Nothing unless `text` is exactly what EncodeBase64Url makes of some bytes: no padding, no white
// space, no stray bits at the end. So a token has one spelling only.
std::optional<std::string> DecodeBase64Url(std::string_view text);

}  // namespace rookery::tokens
