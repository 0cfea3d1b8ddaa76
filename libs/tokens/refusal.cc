#include "libs/tokens/refusal.h"

#include <absl/strings/escaping.h>

namespace rookery::tokens {
namespace {

// As long as the longest issuer of Entra's, and too short for a token to hide in.
constexpr size_t kMaxWordBytes = 100;

}  // namespace

std::string Quoted(std::string_view word) {
  const std::string_view shown = word.substr(0, kMaxWordBytes);
  return fmt::format("'{}{}'", absl::CHexEscape({shown.data(), shown.size()}),
                     shown.size() < word.size() ? "..." : "");
}

}  // namespace rookery::tokens
