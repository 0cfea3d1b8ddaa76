#include "services/gateway/azure/run_token.h"

#include <string>
#include <string_view>

#include "libs/tokens/bearer.h"

namespace rookery::gateway {
namespace {

constexpr absl::Duration kWhereNobodyIsAsked = absl::Hours(24);

StatusOr<absl::Time> EndOf(const View& view, absl::Time now) {
  if (view.options.callers == nullptr) return now + kWhereNobodyIsAsked;
  // It was taken when the request came in, so it is known without waiting.
  const auto known = view.options.callers->IdentifyNow(view.call);
  if (!known) return absl::UnavailableError("The issuer's keys are being fetched. Ask again.");
  ASSIGN_OR_RETURN(const IdentityPtr caller, *known);
  return caller->expires_at;
}

}  // namespace

StatusOr<v1::RefreshRunTokenResponse> RunTokenOf(const View& view, absl::Time now) {
  const auto& shown = view.call.authorization;
  ASSIGN_OR_RETURN(const std::string_view token,
                   tokens::BearerToken(shown ? std::string_view(*shown) : std::string_view()));
  ASSIGN_OR_RETURN(const absl::Time end, EndOf(view, now));
  v1::RefreshRunTokenResponse response;
  response.set_token(std::string(token));
  response.set_expiry_time_utc(
      absl::FormatTime("%Y-%m-%dT%H:%M:%E7S+00:00", end, absl::UTCTimeZone()));
  return response;
}

}  // namespace rookery::gateway
