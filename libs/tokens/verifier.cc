#include "libs/tokens/verifier.h"

#include <absl/container/flat_hash_set.h>
#include <absl/time/time.h>
#include <fmt/format.h>

#include <string>
#include <utility>

#include "libs/tokens/refusal.h"

namespace rookery::tokens {
namespace {

std::string Shown(absl::Time time) {
  return absl::FormatTime(absl::RFC3339_sec, time, absl::UTCTimeZone());
}

Status CheckTimes(const Claims& claims, absl::Time now, absl::Duration skew) {
  if (now >= claims.expires_at + skew) {
    return Refusal(Reason::kExpired, "The token expired at {}; here it is {}.",
                   Shown(claims.expires_at), Shown(now));
  }
  if (now < claims.not_before - skew) {
    return Refusal(Reason::kNotYetValid, "The token is not valid before {}; here it is {}.",
                   Shown(claims.not_before), Shown(now));
  }
  return absl::OkStatus();
}

Status CheckSignature(const UnverifiedJwt& jwt, const KeySet::Snapshot& keys) {
  if (keys.ring == nullptr || (!keys.ring->Has(jwt.key_id) && !keys.last_fetch.ok())) {
    return absl::UnavailableError(
        fmt::format("The token cannot be checked: the keys of its issuer could not be fetched: {}",
                    std::string(keys.last_fetch.message())));
  }
  if (!keys.ring->Has(jwt.key_id)) {
    return Refusal(Reason::kUnknownKey,
                   "The token was signed with the key {}, which its issuer {} does not publish.",
                   Quoted(jwt.key_id), Quoted(jwt.claims.issuer));
  }
  const JsonWebKey* key = keys.ring->Find(jwt.key_id, jwt.claims.issuer, jwt.claims.tenant);
  if (key == nullptr) {
    return Refusal(Reason::kUnknownKey,
                   "The token was signed with the key {}, which is not for its issuer {}.",
                   Quoted(jwt.key_id), Quoted(jwt.claims.issuer));
  }
  if (!key->key.Verifies(jwt.signed_part, jwt.signature)) {
    return Refusal(Reason::kSignature,
                   "The token's signature is not that of the key {}, which it names.",
                   Quoted(jwt.key_id));
  }
  return absl::OkStatus();
}

IdentityPtr ToIdentity(Claims claims) {
  return std::make_shared<const Identity>(Identity{.issuer = std::move(claims.issuer),
                                                   .tenant = std::move(claims.tenant),
                                                   .object_id = std::move(claims.object_id),
                                                   .app_id = std::move(claims.app_id),
                                                   .subject = std::move(claims.subject),
                                                   .name = std::move(claims.name),
                                                   .upn = std::move(claims.upn),
                                                   .expires_at = claims.expires_at});
}

}  // namespace

Verifier::Verifier(const Clock* clock, VerifierOptions options)
    : clock_(clock), options_(options), cache_(options.max_cached_tokens) {}

StatusOr<std::unique_ptr<Verifier>> Verifier::Open(std::vector<Issuer> issuers, KeyFetcher* fetcher,
                                                   const Clock* clock, VerifierOptions options) {
  std::unique_ptr<Verifier> verifier(new Verifier(clock, options));
  absl::flat_hash_set<std::string> urls;
  for (Issuer& issuer : issuers) {
    RETURN_IF_ERROR(CheckIssuer(issuer));
    if (!urls.insert(issuer.url).second) {
      return absl::InvalidArgumentError(fmt::format("issuer '{}' is there twice", issuer.url));
    }
    verifier->issuers_.push_back(
        std::make_unique<TrustedIssuer>(std::move(issuer), fetcher, clock, options.keys));
  }
  return verifier;
}

StatusOr<IdentityPtr> Verifier::Check(std::string_view token) { return *Verify(token, true); }

std::optional<StatusOr<IdentityPtr>> Verifier::CheckWithoutFetch(std::string_view token) {
  return Verify(token, false);
}

std::optional<StatusOr<IdentityPtr>> Verifier::Verify(std::string_view token, bool may_fetch) {
  const absl::Time now = clock_->Now();
  std::optional<Sha256Digest> digest;
  if (token.size() <= kMaxTokenBytes) digest = Sha256(token);
  if (digest.has_value()) {
    if (IdentityPtr identity = FindVerified(*digest, now)) return identity;
  }

  StatusOr<UnverifiedJwt> jwt = ParseJwt(token);
  if (!jwt.ok()) return jwt.status();
  const StatusOr<const TrustedIssuer*> issuer = CheckClaims(jwt->claims, now);
  if (!issuer.ok()) return issuer.status();

  KeySet* const keys = (*issuer)->KeysFor(jwt->claims.tenant);
  KeySet::Snapshot current = keys->Look(jwt->key_id);
  if (current.fetch_first) {
    if (!may_fetch) return std::nullopt;
    // Its error is in the next look, where it matters only if the key is not there.
    (void)keys->Fetch();
    current = keys->Look(jwt->key_id);
  }
  if (Status signature = CheckSignature(*jwt, current); !signature.ok()) return signature;

  IdentityPtr identity = ToIdentity(std::move(jwt->claims));
  if (digest.has_value()) {
    cache_.Put(*digest, {identity, keys, std::move(jwt->key_id), current.version});
  }
  return identity;
}

IdentityPtr Verifier::FindVerified(const Sha256Digest& digest, absl::Time now) {
  const std::optional<TokenCache::Entry> entry = cache_.Find(digest, now);
  if (!entry.has_value()) return nullptr;
  // A key may have been withdrawn since; and it is here that keys are found to be old, while all
  // callers show tokens that are known.
  const KeySet::Snapshot keys = entry->keys->Look(entry->key_id);
  if (keys.version != entry->keys_version || keys.fetch_first) return nullptr;
  return entry->identity;
}

StatusOr<const TrustedIssuer*> Verifier::CheckClaims(const Claims& claims, absl::Time now) const {
  for (const std::unique_ptr<TrustedIssuer>& issuer : issuers_) {
    if (!issuer->IsNamedBy(claims)) continue;
    RETURN_IF_ERROR(issuer->CheckClaims(claims));
    RETURN_IF_ERROR(CheckTimes(claims, now, options_.skew));
    return issuer.get();
  }
  return Refusal(Reason::kIssuer,
                 "The token's issuer {} (with tenant {}) is not among those accepted.",
                 Quoted(claims.issuer), Quoted(claims.tenant));
}

Status Verifier::FetchKeys() {
  Status first;
  for (const std::unique_ptr<TrustedIssuer>& issuer : issuers_) first.Update(issuer->FetchKeys());
  return first;
}

}  // namespace rookery::tokens
