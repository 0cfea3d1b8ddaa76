#include "libs/tokens/key_ring.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "libs/base/log.h"
#include "libs/tokens/base64url.h"
#include "libs/tokens/issuer.h"
#include "libs/tokens/json.h"
#include "libs/tokens/refusal.h"

namespace rookery::tokens {
namespace {

using simdjson::dom::object;

// Entra's has some ten keys. Each costs a comparison a check, and memory.
constexpr size_t kMaxKeys = 1000;

// Absent, or with one of the given values.
bool Fits(const object& key, std::string_view name, std::string_view value) {
  const std::optional<std::string> text = TextMember(key, name);
  return text.has_value() && (text->empty() || *text == value);
}

bool MayVerify(const object& key) {
  const std::optional<std::vector<std::string>> uses = TextsMember(key, "key_ops");
  return uses.has_value() &&
         (uses->empty() || std::find(uses->begin(), uses->end(), "verify") != uses->end());
}

StatusOr<PublicKey> ReadNumbers(const object& key) {
  const std::optional<std::string> n = DecodeBase64Url(TextMember(key, "n").value_or(""));
  const std::optional<std::string> e = DecodeBase64Url(TextMember(key, "e").value_or(""));
  if (!n.has_value() || !e.has_value()) {
    return absl::InvalidArgumentError("numbers that are not base64url");
  }
  return PublicKey::FromNumbers(*n, *e);
}

// Nothing if the key is of no use here.
std::optional<JsonWebKey> ReadKey(const object& key) {
  const std::optional<std::string> id = TextMember(key, "kid");
  std::optional<std::string> issuer = TextMember(key, "issuer");
  if (TextMember(key, "kty") != "RSA" || !Fits(key, "use", "sig") || !Fits(key, "alg", "RS256") ||
      !MayVerify(key) || id.value_or("").empty() || !issuer.has_value()) {
    return std::nullopt;
  }
  StatusOr<PublicKey> numbers = ReadNumbers(key);
  if (!numbers.ok()) {
    spdlog::warn("a key set's key {} is left out: {}", Quoted(*id),
                 std::string(numbers.status().message()));
    return std::nullopt;
  }
  return JsonWebKey{*id, *std::move(issuer), *std::move(numbers)};
}

}  // namespace

bool JsonWebKey::Serves(std::string_view of_issuer, std::string_view tenant) const {
  return issuer.empty() || WithTenant(issuer, tenant) == of_issuer;
}

StatusOr<KeyRing> KeyRing::Parse(std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::array keys;
  if (parser.parse(json.data(), json.size())["keys"].get(keys) != simdjson::SUCCESS) {
    return absl::InvalidArgumentError("not a JSON Web Key Set: no JSON object with a list 'keys'");
  }
  if (keys.size() > kMaxKeys) {
    return absl::InvalidArgumentError(fmt::format("a key set of more than {} keys", kMaxKeys));
  }
  KeyRing ring;
  for (const simdjson::dom::element element : keys) {
    object key;
    if (element.get(key) != simdjson::SUCCESS) continue;
    if (std::optional<JsonWebKey> read = ReadKey(key)) ring.keys_.push_back(*std::move(read));
  }
  if (ring.keys_.empty()) {
    return absl::InvalidArgumentError("a key set without a usable RSA key for signatures");
  }
  return ring;
}

bool KeyRing::Has(std::string_view id) const {
  return std::any_of(keys_.begin(), keys_.end(),
                     [&](const JsonWebKey& key) { return key.id == id; });
}

const JsonWebKey* KeyRing::Find(std::string_view id, std::string_view issuer,
                                std::string_view tenant) const {
  for (const JsonWebKey& key : keys_) {
    if (key.id == id && key.Serves(issuer, tenant)) return &key;
  }
  return nullptr;
}

}  // namespace rookery::tokens
