#include "libs/rpc/deadlines.h"

#include <absl/time/clock.h>

namespace rookery::rpc {

Deadlines::Deadlines() : thread_([this] { Work(); }) {}

Deadlines::~Deadlines() {
  const absl::MutexLock lock(&mutex_);
  stopping_ = true;
  changed_.Signal();
}

Deadlines::Key Deadlines::Add(absl::Time time, Expire expire) {
  const absl::MutexLock lock(&mutex_);
  const Key key(time, ++added_);
  const auto entry = entries_.emplace(key, std::move(expire)).first;
  if (entry == entries_.begin()) changed_.Signal();
  return key;
}

void Deadlines::Remove(const Key& key) {
  Expire removed;  // What it holds may want the lock when it goes.
  const absl::MutexLock lock(&mutex_);
  const auto entry = entries_.find(key);
  if (entry == entries_.end()) return;
  removed = std::move(entry->second);
  entries_.erase(entry);
}

void Deadlines::Work() {
  mutex_.Lock();
  while (!stopping_) {
    if (entries_.empty()) {
      changed_.Wait(&mutex_);
    } else if (const absl::Time next = entries_.begin()->first.first; next > absl::Now()) {
      // Its entry may be gone by then, which costs a look.
      changed_.WaitWithDeadline(&mutex_, next);
    } else {
      auto entry = entries_.extract(entries_.begin());
      mutex_.Unlock();
      entry.mapped()();
      mutex_.Lock();
    }
  }
  mutex_.Unlock();
}

}  // namespace rookery::rpc
