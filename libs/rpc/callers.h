// Who calls: bearer tokens, checked before anything else is done for a call.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/functional/any_invocable.h>
#include <absl/synchronization/mutex.h>
#include <absl/time/time.h>

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "libs/base/call_context.h"
#include "libs/base/identity.h"
#include "libs/base/status.h"
#include "libs/metrics/registry.h"
#include "libs/rpc/line_limit.h"

namespace rookery::tokens {
class Verifier;
}

namespace rookery::rpc {

// One a program, for its gRPC and its HTTP. A token whose issuer's keys are at hand is checked on
// the caller's thread. For others a thread of this object's fetches keys, so that neither gRPC's
// threads nor an executor's wait for an issuer; it fetches ahead, too, so that hardly anybody
// waits. What is refused is counted and logged, never with the token. Thread-safe; outlives the
// servers that ask it.
class Callers {
 public:
  // `metrics` may be null. Both outlive this.
  Callers(tokens::Verifier& verifier, metrics::Registry* metrics);
  ~Callers();
  Callers(const Callers&) = delete;
  Callers& operator=(const Callers&) = delete;

  using Next = absl::AnyInvocable<void(StatusOr<IdentityPtr>)>;

  // Calls `next` once, with who shows `call.authorization`: on this thread if that can be said
  // without waiting, else later on another, which `next` must not hold up. UNAUTHENTICATED: why the
  // token is not accepted. UNAVAILABLE: nothing can be said of it now.
  template <typename Function>
  void Identify(const CallContext& call, Function next) {
    if (auto known = IdentifyNow(call)) return next(*std::move(known));
    IdentifyLater(call, std::move(next));
  }

  // The two halves of it: nothing if that cannot be said without waiting,
  std::optional<StatusOr<IdentityPtr>> IdentifyNow(const CallContext& call);
  // ... and on another thread.
  void IdentifyLater(const CallContext& call, Next next);

  // When what was begun by this caller is to end.
  absl::Time EndOf(const Identity& caller) const;

 private:
  struct Waiting {
    CallContext call;
    Next next;
  };

  // Counts and logs a refusal.
  StatusOr<IdentityPtr> Note(const CallContext& call, StatusOr<IdentityPtr> identity);
  void Work();
  bool Ends();
  // The next to identify; nothing when it is time to fetch keys, or at the end.
  std::optional<Waiting> Take(absl::Time until);

  tokens::Verifier& verifier_;
  std::map<std::string, metrics::Counter, std::less<>> refused_;  // By reason.
  LineLimit lines_;
  absl::Mutex mutex_;
  std::deque<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::jthread worker_;  // Last: uses all above.
};

}  // namespace rookery::rpc
