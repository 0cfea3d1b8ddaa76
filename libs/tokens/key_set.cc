#include "libs/tokens/key_set.h"

#include <utility>

#include "libs/base/log.h"
#include "libs/tokens/key_location.h"

namespace rookery::tokens {

KeySet::KeySet(std::string location, KeyFetcher* fetcher, const Clock* clock, KeySetOptions options)
    : location_(std::move(location)), fetcher_(fetcher), clock_(clock), options_(options) {}

KeySet::Snapshot KeySet::Look(std::string_view key_id) const {
  const absl::Time now = clock_->Now();
  const std::lock_guard lock(mutex_);
  Snapshot snapshot{.ring = ring_, .version = version_, .last_fetch = last_outcome_};
  if (ring_ == nullptr || !ring_->Has(key_id)) {
    snapshot.fetch_first = MayFetch(now);
  } else {
    // Whoever has a key, if an old one, goes on with it while another thread fetches.
    snapshot.fetch_first =
        now - ring_fetched_at_ >= options_.refresh_after && !fetching_ && MayFetch(now);
  }
  return snapshot;
}

bool KeySet::MayFetch(absl::Time now) const {
  // A clock that was set back must not keep the keys from being fetched till it has caught up.
  return now - last_fetch_ >= options_.fetch_interval || now < last_fetch_;
}

Status KeySet::Fetch() {
  std::unique_lock lock(mutex_);
  if (fetching_) {
    fetched_.wait(lock, [this] { return !fetching_; });
    return last_outcome_;
  }
  if (!MayFetch(clock_->Now())) return last_outcome_;
  fetching_ = true;
  lock.unlock();

  const StatusOr<std::string> document = ReadKeyLocation(location_, fetcher_);
  StatusOr<KeyRing> ring = document.ok() ? KeyRing::Parse(*document) : document.status();

  lock.lock();
  Take(std::move(ring), clock_->Now());
  fetching_ = false;
  fetched_.notify_all();
  return last_outcome_;
}

void KeySet::Take(StatusOr<KeyRing> fetched, absl::Time now) {
  last_fetch_ = now;
  last_outcome_ = fetched.status();
  if (!fetched.ok()) {
    spdlog::warn("keys from {}: {}{}", location_, std::string(last_outcome_.message()),
                 ring_ == nullptr ? "" : "; the old ones stay in use");
    return;
  }
  ring_fetched_at_ = now;
  if (ring_ != nullptr && *ring_ == *fetched) return;
  ring_ = std::make_shared<const KeyRing>(*std::move(fetched));
  ++version_;
  spdlog::info("keys from {}: {} in use", location_, ring_->size());
}

}  // namespace rookery::tokens
