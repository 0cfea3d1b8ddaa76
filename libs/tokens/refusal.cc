#include "libs/tokens/refusal.h"

#include <absl/strings/escaping.h>

namespace rookery::tokens {
namespace {

// As long as the longest issuer of Entra's, and too short for a token to hide in.
constexpr size_t kMaxWordBytes = 100;

}  // namespace

std::string_view NameOf(Reason reason) {
  switch (reason) {
    case Reason::kNoToken:
      return "no_token";
    case Reason::kMalformed:
      return "malformed";
    case Reason::kIssuer:
      return "issuer";
    case Reason::kTenant:
      return "tenant";
    case Reason::kAudience:
      return "audience";
    case Reason::kApp:
      return "app";
    case Reason::kExpired:
      return "expired";
    case Reason::kNotYetValid:
      return "not_yet_valid";
    case Reason::kUnknownKey:
      return "unknown_key";
    case Reason::kSignature:
      return "signature";
  }
  return "other";
}

std::string Quoted(std::string_view word) {
  const std::string_view shown = word.substr(0, kMaxWordBytes);
  return fmt::format("'{}{}'", absl::CHexEscape({shown.data(), shown.size()}),
                     shown.size() < word.size() ? "..." : "");
}

}  // namespace rookery::tokens
