// The current keys of one issuer.
#pragma once

#include <absl/time/time.h>

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "libs/base/clock.h"
#include "libs/base/status.h"
#include "libs/tokens/key_fetcher.h"
#include "libs/tokens/key_ring.h"

namespace rookery::tokens {

struct KeySetOptions {
  // Keys of this age are fetched anew: issuers withdraw keys without telling. They stay in use
  // while that fails.
  absl::Duration refresh_after = absl::Hours(1);

  // The least time from the end of a fetch to the next, whatever it is for: anybody can write
  // tokens with unknown key ids.
  absl::Duration fetch_interval = absl::Seconds(10);
};

// Fetched when first asked for, when old, and when somebody looks for a key that is not there. One
// thread fetches; others wait for it only if they have no key to go on with. Thread-safe.
class KeySet {
 public:
  // `fetcher` and `clock` must outlive it.
  KeySet(std::string location, KeyFetcher* fetcher, const Clock* clock, KeySetOptions options = {});

  // The keys as they are now. `ring` is null before the first fetch that succeeded. The number
  // changes when the keys do.
  struct Snapshot {
    std::shared_ptr<const KeyRing> ring;
    int64_t version = 0;
    // How the last fetch ended.
    Status last_fetch;
    // Whether Fetch is called for before a key of this id is taken, or is said to be unknown.
    bool fetch_first = false;
  };
  Snapshot Look(std::string_view key_id) const;

  // Fetches, unless the last fetch is too recent; while another thread fetches, waits for that.
  // Blocks. How the last fetch ended.
  Status Fetch();

  const std::string& location() const { return location_; }

 private:
  // These need the mutex.
  bool MayFetch(absl::Time now) const;
  void Take(StatusOr<KeyRing> fetched, absl::Time now);

  const std::string location_;
  KeyFetcher* const fetcher_;
  const Clock* const clock_;
  const KeySetOptions options_;

  mutable std::mutex mutex_;
  std::condition_variable fetched_;
  // Guarded by mutex_.
  bool fetching_ = false;
  std::shared_ptr<const KeyRing> ring_;
  int64_t version_ = 0;
  absl::Time ring_fetched_at_ = absl::InfinitePast();
  absl::Time last_fetch_ = absl::InfinitePast();
  Status last_outcome_;
};

}  // namespace rookery::tokens
