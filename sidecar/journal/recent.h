// A map that forgets.
#pragma once

#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace rookery::sidecar {

// Keeps the `capacity` values that were put last, by key. Not thread-safe.
template <typename Value>
class Recent {
 public:
  explicit Recent(size_t capacity) : capacity_(capacity) {}

  // Replaces what the key had.
  void Put(const std::string& key, Value value) {
    Erase(key);
    entries_.emplace_back(key, std::move(value));
    places_.emplace(key, std::prev(entries_.end()));
    if (entries_.size() <= capacity_) return;
    places_.erase(entries_.front().first);
    entries_.pop_front();
  }

  void Erase(const std::string& key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return;
    entries_.erase(found->second);
    places_.erase(found);
  }

  // Null if it is not known (any more).
  const Value* Find(const std::string& key) const {
    const auto found = places_.find(key);
    return found == places_.end() ? nullptr : &found->second->second;
  }

  // The oldest first.
  const std::list<std::pair<std::string, Value>>& entries() const { return entries_; }

 private:
  const size_t capacity_;
  std::list<std::pair<std::string, Value>> entries_;
  std::unordered_map<std::string, typename std::list<std::pair<std::string, Value>>::iterator>
      places_;
};

}  // namespace rookery::sidecar
