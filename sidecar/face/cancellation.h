// What ends a call that is passed on.
#pragma once

#include <mutex>
#include <utility>

#include "libs/rpc/generic_client.h"

namespace rookery::sidecar {

// A call is passed on some time after its client could go. Thread-safe.
class Cancellation {
 public:
  // Cancels what is on its way, now or later.
  void Cancel() {
    const std::lock_guard lock(mutex_);
    is_cancelled_ = true;
    on_its_way_.Cancel();
  }

  void Begun(rpc::Canceller call) {
    const std::lock_guard lock(mutex_);
    on_its_way_ = std::move(call);
    if (is_cancelled_) on_its_way_.Cancel();
  }

 private:
  std::mutex mutex_;
  bool is_cancelled_ = false;
  rpc::Canceller on_its_way_;
};

}  // namespace rookery::sidecar
