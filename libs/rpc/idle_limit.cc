#include "libs/rpc/idle_limit.h"

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>
#include <absl/time/clock.h>
#include <grpc/grpc.h>
#include <grpcpp/alarm.h>
#include <grpcpp/server_context.h>

#include <atomic>
#include <utility>

namespace rookery::rpc {

struct IdleLimit::State {
  State(grpc_call* its_call, absl::Duration its_limit)
      : call(its_call), limit(its_limit), last_ns(absl::GetCurrentTimeNanos()) {
    // gRPC's context dies with the reactor, its call lives as long as this: to cancel one that has
    // ended does nothing.
    grpc_call_ref(call);
  }
  ~State() { grpc_call_unref(call); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  absl::Time Ends() const { return absl::FromUnixNanos(last_ns) + limit; }

  grpc_call* const call;
  const absl::Duration limit;
  std::atomic<int64_t> last_ns;
  absl::Mutex mutex;
  bool over ABSL_GUARDED_BY(mutex) = false;
  // One for each wait: an alarm cannot be set again in its own callback.
  std::unique_ptr<grpc::Alarm> alarm ABSL_GUARDED_BY(mutex);
};

IdleLimit::IdleLimit(grpc::ServerContextBase& context, absl::Duration limit)
    : state_(std::make_shared<State>(context.c_call(), limit)) {
  Arm(state_);
}

IdleLimit::~IdleLimit() {
  // Ends after the lock, since it may call back.
  std::unique_ptr<grpc::Alarm> alarm;
  absl::MutexLock lock(&state_->mutex);
  state_->over = true;
  alarm = std::move(state_->alarm);
}

void IdleLimit::Touch() { state_->last_ns = absl::GetCurrentTimeNanos(); }

void IdleLimit::Arm(const std::shared_ptr<State>& state) {
  auto alarm = std::make_unique<grpc::Alarm>();
  absl::MutexLock lock(&state->mutex);
  if (state->over) return;
  // A cancelled alarm's callback comes too, with false.
  alarm->Set(absl::ToChronoTime(state->Ends()), [state](bool rang) {
    if (rang) Look(state);
  });
  state->alarm.swap(alarm);
}

void IdleLimit::Look(const std::shared_ptr<State>& state) {
  if (state->Ends() > absl::Now()) {
    Arm(state);
    return;
  }
  grpc_call_cancel_with_status(state->call, GRPC_STATUS_DEADLINE_EXCEEDED,
                               "The stream stood still for too long.", nullptr);
}

}  // namespace rookery::rpc
