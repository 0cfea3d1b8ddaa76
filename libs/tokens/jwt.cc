#include "libs/tokens/jwt.h"

#include <absl/strings/match.h>

#include <optional>
#include <utility>

#include "libs/tokens/base64url.h"
#include "libs/tokens/json.h"
#include "libs/tokens/refusal.h"

namespace rookery::tokens {
namespace {

Status NotAJwt() {
  return Refusal(Reason::kMalformed,
                 "The token is not a signed JWT: three parts in base64url with dots between them.");
}

bool IsAccessTokenType(const std::string& type) {
  return type.empty() || absl::EqualsIgnoreCase(type, "JWT") ||
         absl::EqualsIgnoreCase(type, "at+jwt") ||
         absl::EqualsIgnoreCase(type, "application/at+jwt");
}

// The id of the key.
StatusOr<std::string> ReadHeader(std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::object header;
  if (parser.parse(json.data(), json.size()).get(header) != simdjson::SUCCESS) {
    return Refusal(Reason::kMalformed, "The token's header is not a JSON object.");
  }
  const std::optional<std::string> algorithm = TextMember(header, "alg");
  if (algorithm != "RS256") {
    return Refusal(Reason::kSignature,
                   "The token says that its signature is {}; only 'RS256' is accepted.",
                   Quoted(algorithm.value_or("")));
  }
  if (header["crit"].error() == simdjson::SUCCESS) {
    return Refusal(Reason::kMalformed,
                   "The token demands an extension (crit) that is not known here.");
  }
  const std::optional<std::string> type = TextMember(header, "typ");
  if (!type.has_value() || !IsAccessTokenType(*type)) {
    return Refusal(Reason::kMalformed, "The token is {}, not an access token.",
                   Quoted(type.value_or("")));
  }
  std::optional<std::string> key_id = TextMember(header, "kid");
  if (!key_id.has_value() || key_id->empty()) {
    return Refusal(Reason::kMalformed,
                   "The token's header does not name the key that signed it (kid).");
  }
  return *std::move(key_id);
}

}  // namespace

StatusOr<UnverifiedJwt> ParseJwt(std::string_view token) {
  if (token.size() > kMaxTokenBytes) {
    return Refusal(Reason::kMalformed, "The token is longer than {} bytes.", kMaxTokenBytes);
  }
  const size_t first = token.find('.');
  const size_t last = token.rfind('.');
  if (first == last || token.find('.', first + 1) != last) return NotAJwt();
  const std::optional<std::string> header = DecodeBase64Url(token.substr(0, first));
  const std::optional<std::string> claims =
      DecodeBase64Url(token.substr(first + 1, last - first - 1));
  std::optional<std::string> signature = DecodeBase64Url(token.substr(last + 1));
  if (!header.has_value() || !claims.has_value() || !signature.has_value()) return NotAJwt();

  UnverifiedJwt jwt;
  ASSIGN_OR_RETURN(jwt.key_id, ReadHeader(*header));
  ASSIGN_OR_RETURN(jwt.claims, ParseClaims(*claims));
  jwt.signed_part = token.substr(0, last);
  jwt.signature = *std::move(signature);
  return jwt;
}

}  // namespace rookery::tokens
