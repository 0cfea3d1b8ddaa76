// Bearer tokens, checked as those of Microsoft Entra are to be: signature by the issuer's published
// keys, issuer and tenant, audience, times.
#pragma once

#include <absl/time/time.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/identity.h"
#include "libs/base/status.h"
#include "libs/tokens/issuer.h"
#include "libs/tokens/jwt.h"
#include "libs/tokens/key_fetcher.h"
#include "libs/tokens/token_cache.h"
#include "libs/tokens/trusted_issuer.h"

namespace rookery::tokens {

struct VerifierOptions {
  // How far the clocks of issuer and server may be apart.
  absl::Duration skew = absl::Minutes(5);
  // Verified tokens that are remembered, at about a kilobyte each.
  size_t max_cached_tokens = 10'000;
  KeySetOptions keys = {};
};

// One a program. Thread-safe.
class Verifier {
 public:
  // INVALID_ARGUMENT: an issuer is not well described, or there twice. Nothing is fetched yet.
  // What is pointed to must outlive it.
  static StatusOr<std::unique_ptr<Verifier>> Open(std::vector<Issuer> issuers, KeyFetcher* fetcher,
                                                  const Clock* clock, VerifierOptions options = {});

  // Who the token's bearer is. UNAUTHENTICATED: why the token is not accepted, without the token.
  // UNAVAILABLE: the issuer's keys could not be fetched, so that nothing is known of it. Blocks
  // while keys are fetched, which is seldom.
  StatusOr<IdentityPtr> Check(std::string_view token);

  // The same for threads that must not block: nothing if keys have to be fetched, whereupon Check
  // is called on a thread that may.
  std::optional<StatusOr<IdentityPtr>> CheckWithoutFetch(std::string_view token);

  // When a call that this caller began is to end, if it lasts so long: when Check would no longer
  // take the token.
  absl::Time EndOf(const Identity& caller) const { return caller.expires_at + options_.skew; }

  // Fetches all keys, within the limits of KeySetOptions. For start-up, and for a thread that does
  // it now and then so that no caller has to wait. The first error. Blocks.
  Status FetchKeys();

 private:
  Verifier(const Clock* clock, VerifierOptions options);

  std::optional<StatusOr<IdentityPtr>> Verify(std::string_view token, bool may_fetch);
  IdentityPtr FindVerified(const Sha256Digest& digest, absl::Time now);
  // The issuer, if all is as it should be but for the signature.
  StatusOr<const TrustedIssuer*> CheckClaims(const Claims& claims, absl::Time now) const;

  const Clock* const clock_;
  const VerifierOptions options_;
  std::vector<std::unique_ptr<TrustedIssuer>> issuers_;
  TokenCache cache_;
};

}  // namespace rookery::tokens
