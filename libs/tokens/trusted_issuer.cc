#include "libs/tokens/trusted_issuer.h"

#include <absl/algorithm/container.h>

#include <utility>

#include "libs/tokens/refusal.h"

namespace rookery::tokens {

TrustedIssuer::TrustedIssuer(Issuer config, KeyFetcher* fetcher, const Clock* clock,
                             KeySetOptions options)
    : config_(std::move(config)) {
  const auto add = [&](const std::string& tenant) {
    keys_.emplace(tenant, std::make_unique<KeySet>(WithTenant(config_.keys, tenant), fetcher, clock,
                                                   options));
  };
  if (NamesTenant(config_.keys)) {
    for (const std::string& tenant : config_.tenants) add(tenant);
  } else {
    add("");
  }
}

bool TrustedIssuer::IsNamedBy(const Claims& claims) const {
  return WithTenant(config_.url, claims.tenant) == claims.issuer;
}

Status TrustedIssuer::CheckClaims(const Claims& claims) const {
  if (!HasTenant(config_, claims.tenant)) {
    return Refusal(Reason::kTenant,
                   "The token's tenant {} is not among those accepted from its issuer {}.",
                   Quoted(claims.tenant), Quoted(claims.issuer));
  }
  if (!absl::c_any_of(claims.audiences, [&](const std::string& audience) {
        return HasAudience(config_, audience);
      })) {
    return Refusal(Reason::kAudience, "The token is for {}, not for this server.",
                   claims.audiences.empty() ? "nobody (aud)" : Quoted(claims.audiences.front()));
  }
  if (!config_.apps.empty() && !absl::c_linear_search(config_.apps, claims.app_id)) {
    return Refusal(Reason::kApp,
                   "The token was given to the app {}, which is not among those accepted.",
                   Quoted(claims.app_id));
  }
  return absl::OkStatus();
}

KeySet* TrustedIssuer::KeysFor(const std::string& tenant) const {
  const auto own = keys_.find(tenant);
  return (own == keys_.end() ? keys_.begin() : own)->second.get();
}

Status TrustedIssuer::FetchKeys() {
  Status first;
  for (const auto& [tenant, keys] : keys_) first.Update(keys->Fetch());
  return first;
}

}  // namespace rookery::tokens
