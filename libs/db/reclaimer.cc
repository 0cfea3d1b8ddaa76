#include "libs/db/reclaimer.h"

#include <absl/time/clock.h>
#include <spdlog/spdlog.h>

namespace rookery::db {
namespace {

// A vacuum of a large table takes long, and may be cut short without harm.
constexpr absl::Duration kLimit = absl::Minutes(10);

}  // namespace

Reclaimer::Reclaimer(Database& database, std::string_view table, const Options& options)
    : database_(database), table_(table), options_(options), thread_([this] { Work(); }) {}

Reclaimer::~Reclaimer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ending_.request_stop();
  worth_it_.notify_one();
  thread_.join();
}

void Reclaimer::Add(int64_t dead_bytes) {
  const std::lock_guard lock(mutex_);
  dead_bytes_ += dead_bytes;
  if (IsBehindLocked()) worth_it_.notify_one();
}

bool Reclaimer::IsBehind() const {
  const std::lock_guard lock(mutex_);
  return IsBehindLocked();
}

void Reclaimer::Work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    worth_it_.wait(lock, [this] { return stopping_ || IsBehindLocked(); });
    if (stopping_) return;
    const int64_t dead_bytes = asked_at_ = dead_bytes_;
    lock.unlock();
    options_.on_progress();
    Patience patience = absl::Now() + kLimit;
    patience.gone = ending_.get_token();
    const StatusOr<bool> done = database_.Reclaim(patience, table_, dead_bytes);
    if (!done.ok() && !absl::IsCancelled(done.status())) {
      spdlog::warn("the space of what was replaced in {} was not reclaimed: {}", table_,
                   done.status().ToString());
    }
    lock.lock();
    if (!done.ok() || !*done) continue;
    dead_bytes_ -= dead_bytes;
    asked_at_ = 0;
  }
}

}  // namespace rookery::db
