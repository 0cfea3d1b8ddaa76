#include "libs/rpc/stream_steps.h"

#include <spdlog/spdlog.h>

#include <exception>
#include <utility>

#include "libs/base/log.h"

namespace rookery::rpc {
namespace {

// Nothing below throws on purpose; bad_alloc may, and must not take the process along.
Status Guarded(absl::AnyInvocable<Status()>& step) {
  try {
    return step();
  } catch (const std::exception& error) {
    spdlog::error("a stream: {}", error.what());
    return absl::InternalError("The server met an unexpected error; its log has the details.");
  }
}

}  // namespace

void StreamSteps::Submit(absl::AnyInvocable<Status()> step) {
  executor_.Submit(call_.deadline, [this, step = std::move(step)](const Status& admitted) mutable {
    // After the step nothing is logged, though the stream may be gone.
    const LogScope scope(call_);
    const Status status = admitted.ok() ? Guarded(step) : admitted;
    if (!status.ok()) fail_(status);
  });
}

}  // namespace rookery::rpc
