// An issuer with its keys.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "libs/base/clock.h"
#include "libs/base/status.h"
#include "libs/tokens/claims.h"
#include "libs/tokens/issuer.h"
#include "libs/tokens/key_fetcher.h"
#include "libs/tokens/key_set.h"

namespace rookery::tokens {

// Thread-safe.
class TrustedIssuer {
 public:
  // `config` is one that CheckIssuer takes. What is pointed to must outlive it.
  TrustedIssuer(Issuer config, KeyFetcher* fetcher, const Clock* clock, KeySetOptions options);

  // Whether the token claims to be of this issuer.
  bool IsNamedBy(const Claims& claims) const;

  // UNAUTHENTICATED: for another audience or of a tenant or an app that is not accepted. For
  // claims that name this issuer.
  Status CheckClaims(const Claims& claims) const;

  // Where the keys of a tenant are that was accepted.
  KeySet* KeysFor(const std::string& tenant) const;

  // Fetches the keys; the first error.
  Status FetchKeys();

 private:
  const Issuer config_;
  // By tenant if each has its own, else under "".
  std::map<std::string, std::unique_ptr<KeySet>> keys_;
};

}  // namespace rookery::tokens
