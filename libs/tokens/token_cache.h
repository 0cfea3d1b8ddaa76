// What is known of tokens that were verified.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/time/time.h>

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "libs/base/identity.h"
#include "libs/tokens/key_set.h"
#include "libs/tokens/sha256.h"

namespace rookery::tokens {

// By the digest of a token, so that memory holds no token. Of too many the one goes that was not
// asked for the longest. Only tokens that were verified come in, so that nobody without one can
// push others out. Thread-safe.
class TokenCache {
 public:
  struct Entry {
    IdentityPtr identity;
    // The key that signed, which still has to be current: the set, its id there, and the set's
    // version at the time.
    const KeySet* keys;
    std::string key_id;
    int64_t keys_version;
  };

  explicit TokenCache(size_t capacity) : capacity_(capacity) {}

  // Nothing if it is not there or has expired.
  std::optional<Entry> Find(const Sha256Digest& token, absl::Time now);
  void Put(const Sha256Digest& token, Entry entry);
  size_t size() const;

 private:
  // The youngest use first.
  using Uses = std::list<std::pair<Sha256Digest, Entry>>;

  const size_t capacity_;
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  Uses uses_;
  absl::flat_hash_map<Sha256Digest, Uses::iterator> places_;
};

}  // namespace rookery::tokens
