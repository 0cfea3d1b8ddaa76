// How a stream's reactor does its disk work off gRPC's threads.
#pragma once

#include <absl/functional/any_invocable.h>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/rpc/executor.h"

namespace rookery::rpc {

// Runs one stream's steps on the executor, one at a time: a step ends by starting a gRPC operation,
// whose completion submits the next step. So a stream needs no lock, and holds no thread between
// steps.
class StreamSteps {
 public:
  // `fail` finishes the stream. `call`, which lines in the log name, is filled before the first
  // step. All must outlive the stream's last step.
  StreamSteps(Executor& executor, const CallContext& call,
              absl::AnyInvocable<void(const Status&)> fail)
      : executor_(executor), call_(call), fail_(std::move(fail)) {}

  // A `step` that returns an error has started no operation: `fail` is called with it, as it is
  // with RESOURCE_EXHAUSTED if the executor refuses the step. After a step that returns OK the
  // stream may be gone.
  void Submit(absl::AnyInvocable<Status()> step);

 private:
  Executor& executor_;
  const CallContext& call_;
  absl::AnyInvocable<void(const Status&)> fail_;
};

}  // namespace rookery::rpc
