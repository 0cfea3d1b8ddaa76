// Ends streams that stand still.
#pragma once

#include <absl/time/time.h>

#include <memory>

namespace grpc {
class ServerContextBase;
}

namespace rookery::rpc {

// Cancels a call (DEADLINE_EXCEEDED) once `limit` has passed without a Touch: a peer that is gone
// without a word, or that keeps streams for nothing, must not keep them for ever. A member of the
// call's reactor, with which it ends; it holds no thread. Touch may be called by any thread.
class IdleLimit {
 public:
  IdleLimit(grpc::ServerContextBase& context, absl::Duration limit);
  ~IdleLimit();
  IdleLimit(const IdleLimit&) = delete;
  IdleLimit& operator=(const IdleLimit&) = delete;

  void Touch();

 private:
  struct State;

  static void Arm(const std::shared_ptr<State>& state);
  static void Look(const std::shared_ptr<State>& state);

  // Shared with the alarm, whose callback may come when this is gone.
  const std::shared_ptr<State> state_;
};

}  // namespace rookery::rpc
