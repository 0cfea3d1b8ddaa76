#include "libs/rpc/deadlines.h"

namespace rookery::rpc {

Deadlines::Deadlines() : thread_([this] { Work(); }) {}

Deadlines::~Deadlines() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  changed_.notify_one();
}

Deadlines::Key Deadlines::Add(SteadyTime time, Expire expire) {
  const std::lock_guard lock(mutex_);
  const Key key(time, ++added_);
  const auto entry = entries_.emplace(key, std::move(expire)).first;
  if (entry == entries_.begin()) changed_.notify_one();
  return key;
}

void Deadlines::Remove(const Key& key) {
  Expire removed;  // What it holds may want the lock when it goes.
  const std::lock_guard lock(mutex_);
  const auto entry = entries_.find(key);
  if (entry == entries_.end()) return;
  removed = std::move(entry->second);
  entries_.erase(entry);
}

void Deadlines::Work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (entries_.empty()) {
      changed_.wait(lock);
    } else if (const SteadyTime next = entries_.begin()->first.first; next > SteadyNow()) {
      // Its entry may be gone by then, which costs a look.
      changed_.wait_until(lock, next);
    } else {
      auto entry = entries_.extract(entries_.begin());
      lock.unlock();
      entry.mapped()();
      lock.lock();
    }
  }
}

}  // namespace rookery::rpc
