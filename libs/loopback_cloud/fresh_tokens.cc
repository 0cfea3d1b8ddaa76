#include "libs/loopback_cloud/fresh_tokens.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace rookery::loopback_cloud {
namespace {

constexpr absl::Duration kFetchBefore = absl::Minutes(10);
constexpr absl::Duration kWaitBefore = absl::Minutes(5);

}  // namespace

struct FreshTokens::Kept {
  explicit Kept(const Clock& clock) : clock(clock) {}

  struct Entry {
    AccessToken token;
    absl::Time fetch_at = absl::InfinitePast();
    absl::Time wait_at = absl::InfinitePast();
    bool fetching = false;
    std::vector<TokenSource::Done> waiting;
  };

  void Arrived(const std::string& audience, StatusOr<AccessToken> result);

  const Clock& clock;
  std::mutex mutex;
  std::map<std::string, Entry> entries;  // Guarded by mutex.
};

void FreshTokens::Kept::Arrived(const std::string& audience, StatusOr<AccessToken> result) {
  std::vector<TokenSource::Done> waiting;
  {
    const std::lock_guard lock(mutex);
    const absl::Time now = clock.Now();
    Entry& entry = entries[audience];
    entry.fetching = false;
    waiting.swap(entry.waiting);
    if (result.ok()) {
      entry.token = *result;
      // A token that lives shortly is not fetched anew by every request.
      const absl::Duration life = result->expires_at - now;
      entry.fetch_at = result->expires_at - std::min(kFetchBefore, life / 4);
      entry.wait_at = result->expires_at - std::min(kWaitBefore, life / 8);
    } else if (now < entry.token.expires_at) {
      result = entry.token;
    }
  }
  for (const TokenSource::Done& done : waiting) done(result);
}

FreshTokens::FreshTokens(TokenSource& source, const Clock& clock)
    : source_(source), kept_(std::make_shared<Kept>(clock)) {}

void FreshTokens::Get(const std::string& audience, const TokenSource::Done& done) {
  // Empty: `done` waits.
  std::optional<AccessToken> ready;
  bool fetch = false;
  {
    const std::lock_guard lock(kept_->mutex);
    const absl::Time now = kept_->clock.Now();
    Kept::Entry& entry = kept_->entries[audience];
    fetch = !entry.fetching && now >= entry.fetch_at;
    entry.fetching = entry.fetching || fetch;
    if (now < entry.wait_at) {
      ready = entry.token;
    } else {
      entry.waiting.push_back(done);
    }
  }
  if (ready.has_value()) done(*std::move(ready));
  if (!fetch) return;
  source_.Fetch(audience, [kept = kept_, audience](StatusOr<AccessToken> result) {
    kept->Arrived(audience, std::move(result));
  });
}

}  // namespace rookery::loopback_cloud
