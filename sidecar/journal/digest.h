// By which the same bytes are known again.
#pragma once

#include <string>
#include <string_view>

namespace rookery::sidecar {

// 16 bytes that no other bytes have, for all that anybody can do about it; "" if OpenSSL cannot.
std::string DigestOf(std::string_view bytes);

}  // namespace rookery::sidecar
