#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace rookery::tokens {

using Sha256Digest = std::array<unsigned char, 32>;

// Nothing if OpenSSL cannot: without memory, or without a provider that has SHA-256.
std::optional<Sha256Digest> Sha256(std::string_view bytes);

}  // namespace rookery::tokens
