#include "libs/tokens/claims.h"

#include <initializer_list>
#include <optional>
#include <utility>

#include "libs/tokens/json.h"
#include "libs/tokens/refusal.h"

namespace rookery::tokens {
namespace {

using simdjson::dom::object;

// The end of the year 9999: what lies beyond is a mistake, and would overflow somewhere.
constexpr double kMaxSeconds = 253'402'300'799;

// The first of `names` that the token has.
Status ReadText(const object& claims, std::initializer_list<std::string_view> names,
                std::string* text) {
  for (const std::string_view name : names) {
    std::optional<std::string> found = TextMember(claims, name);
    if (!found.has_value())
      return Refusal(Reason::kMalformed, "The token's claim '{}' is not a text.", name);
    *text = *std::move(found);
    if (!text->empty()) break;
  }
  return absl::OkStatus();
}

StatusOr<std::optional<absl::Time>> ReadTime(const object& claims, std::string_view name) {
  simdjson::dom::element claim;
  if (claims[name].get(claim) != simdjson::SUCCESS) return std::nullopt;
  // RFC 7519 allows fractions of a second.
  double seconds = 0;
  if (claim.get(seconds) != simdjson::SUCCESS || seconds < 0 || seconds > kMaxSeconds) {
    return Refusal(Reason::kMalformed,
                   "The token's claim '{}' is not a time in seconds since 1970.", name);
  }
  return absl::UnixEpoch() + absl::Seconds(seconds);
}

Status ReadTimes(const object& claims, Claims* result) {
  ASSIGN_OR_RETURN(const std::optional<absl::Time> expires_at, ReadTime(claims, "exp"));
  if (!expires_at.has_value())
    return Refusal(Reason::kMalformed, "The token does not say when it expires (exp).");
  result->expires_at = *expires_at;
  ASSIGN_OR_RETURN(const std::optional<absl::Time> not_before, ReadTime(claims, "nbf"));
  result->not_before = not_before.value_or(absl::InfinitePast());
  return absl::OkStatus();
}

}  // namespace

StatusOr<Claims> ParseClaims(std::string_view json) {
  simdjson::dom::parser parser;
  object claims;
  if (parser.parse(json.data(), json.size()).get(claims) != simdjson::SUCCESS) {
    return Refusal(Reason::kMalformed, "The token's claims are not a JSON object.");
  }
  Claims result;
  RETURN_IF_ERROR(ReadText(claims, {"iss"}, &result.issuer));
  RETURN_IF_ERROR(ReadText(claims, {"tid"}, &result.tenant));
  RETURN_IF_ERROR(ReadText(claims, {"oid"}, &result.object_id));
  RETURN_IF_ERROR(ReadText(claims, {"appid", "azp"}, &result.app_id));
  RETURN_IF_ERROR(ReadText(claims, {"sub"}, &result.subject));
  RETURN_IF_ERROR(ReadText(claims, {"name"}, &result.name));
  RETURN_IF_ERROR(ReadText(claims, {"upn", "preferred_username", "unique_name"}, &result.upn));
  std::optional<std::vector<std::string>> audiences = TextsMember(claims, "aud");
  if (!audiences.has_value())
    return Refusal(Reason::kMalformed, "The token's claim 'aud' is neither text nor texts.");
  result.audiences = *std::move(audiences);
  RETURN_IF_ERROR(ReadTimes(claims, &result));
  return result;
}

}  // namespace rookery::tokens
