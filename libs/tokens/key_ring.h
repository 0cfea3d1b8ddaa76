// The keys that an issuer publishes as a JSON Web Key Set (RFC 7517).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/status.h"
#include "libs/tokens/public_key.h"

namespace rookery::tokens {

struct JsonWebKey {
  std::string id;
  // The only issuer whose tokens the key may sign, perhaps with {tenantid} in it; empty: any. Entra
  // publishes keys of several issuers in one set.
  std::string issuer;
  PublicKey key;

  bool Serves(std::string_view issuer, std::string_view tenant) const;
  bool operator==(const JsonWebKey& other) const = default;
};

// Immutable once made.
class KeyRing {
 public:
  // Keys that are of no use here are left out: not RSA, not for signatures, for another algorithm,
  // without an id, broken. INVALID_ARGUMENT: `json` is no key set, or none of its keys is of use.
  static StatusOr<KeyRing> Parse(std::string_view json);

  bool Has(std::string_view id) const;

  // The key of that id that may sign for `issuer` and `tenant`; null if there is none.
  const JsonWebKey* Find(std::string_view id, std::string_view issuer,
                         std::string_view tenant) const;

  size_t size() const { return keys_.size(); }
  bool operator==(const KeyRing& other) const = default;

 private:
  // In the order of the document. A handful, so that looking through all is fast.
  std::vector<JsonWebKey> keys_;
};

}  // namespace rookery::tokens
