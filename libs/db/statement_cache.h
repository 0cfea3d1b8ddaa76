// The prepared statements of one connection.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rookery::db {

// The most recently used entries, found by the text of their statement. Texts that are made at run
// time (searches) come without end, hence the limit. For one thread at a time.
template <typename Prepared>
class StatementCache {
 public:
  explicit StatementCache(size_t limit) : limit_(limit) {}

  // Null if there is none. Valid until the next MakeRoom.
  Prepared* Find(std::string_view text) {
    const auto found = index_.find(text);
    if (found == index_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return &found->second->prepared;
  }

  // Adds an entry that is not there yet. Call MakeRoom first.
  Prepared* Put(std::string_view text, Prepared prepared) {
    entries_.push_front(Entry{std::string(text), std::move(prepared)});
    index_.emplace(entries_.front().text, entries_.begin());
    return &entries_.front().prepared;
  }

  // Removes and returns the entry that was not used for longest, if the cache is full.
  std::optional<Prepared> MakeRoom() {
    if (entries_.size() < limit_) return std::nullopt;
    index_.erase(entries_.back().text);
    std::optional<Prepared> removed(std::move(entries_.back().prepared));
    entries_.pop_back();
    return removed;
  }

 private:
  struct Entry {
    std::string text;
    Prepared prepared;
  };

  const size_t limit_;
  std::list<Entry> entries_;
  // Keys point into entries_.
  absl::flat_hash_map<std::string_view, typename std::list<Entry>::iterator> index_;
};

}  // namespace rookery::db
