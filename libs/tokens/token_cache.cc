#include "libs/tokens/token_cache.h"

namespace rookery::tokens {

std::optional<TokenCache::Entry> TokenCache::Find(const Sha256Digest& token, absl::Time now) {
  const std::lock_guard lock(mutex_);
  const auto place = places_.find(token);
  if (place == places_.end()) return std::nullopt;
  const auto use = place->second;
  if (now >= use->second.identity->expires_at) {
    places_.erase(place);
    uses_.erase(use);
    return std::nullopt;
  }
  uses_.splice(uses_.begin(), uses_, use);
  return use->second;
}

void TokenCache::Put(const Sha256Digest& token, Entry entry) {
  if (capacity_ == 0) return;
  const std::lock_guard lock(mutex_);
  if (const auto place = places_.find(token); place != places_.end()) {
    place->second->second = std::move(entry);
    return;
  }
  if (places_.size() >= capacity_) {
    places_.erase(uses_.back().first);
    uses_.pop_back();
  }
  uses_.emplace_front(token, std::move(entry));
  places_.emplace(token, uses_.begin());
}

size_t TokenCache::size() const {
  const std::lock_guard lock(mutex_);
  return places_.size();
}

}  // namespace rookery::tokens
