#include "services/artifact/domain/signing_keys.h"

#include <absl/strings/ascii.h>
#include <absl/strings/escaping.h>
#include <absl/strings/str_split.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <utility>

namespace rookery::artifact {
namespace {

constexpr size_t kKeyBytes = 32;

std::string Mac(const std::string& key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  // Without a MAC (no memory) the signature is one that fits nothing.
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(),
           &size) == nullptr) {
    return "";
  }
  return absl::WebSafeBase64Escape(
      absl::string_view(reinterpret_cast<const char*>(mac.data()), size));
}

bool Equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

StatusOr<std::string> SigningKeys::NewLine() {
  std::array<unsigned char, kKeyBytes> key{};
  if (RAND_bytes(key.data(), key.size()) != 1) {
    return absl::InternalError("The system gives no random numbers for a key.");
  }
  return absl::Base64Escape(
             absl::string_view(reinterpret_cast<const char*>(key.data()), key.size())) +
         "\n";
}

StatusOr<SigningKeys> SigningKeys::Parse(std::string_view text) {
  std::vector<std::string> keys;
  for (const absl::string_view line :
       absl::StrSplit(absl::string_view(text.data(), text.size()), '\n')) {
    const absl::string_view word = absl::StripAsciiWhitespace(line);
    if (word.empty()) continue;
    std::string key;
    if (!absl::Base64Unescape(word, &key) || key.size() < kKeyBytes) {
      return absl::InvalidArgumentError(
          "A key is a line with base64 of 32 random bytes or more, as `openssl rand -base64 32` "
          "prints it.");
    }
    keys.push_back(std::move(key));
  }
  if (keys.empty()) return absl::InvalidArgumentError("There is no key in it.");
  return SigningKeys(std::move(keys));
}

std::string SigningKeys::Sign(std::string_view text) const { return Mac(keys_.front(), text); }

bool SigningKeys::Verify(std::string_view text, std::string_view signature) const {
  return std::ranges::any_of(keys_, [&](const std::string& key) {
    const std::string mac = Mac(key, text);
    return !mac.empty() && Equal(mac, signature);
  });
}

}  // namespace rookery::artifact
