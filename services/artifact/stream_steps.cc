#include "services/artifact/stream_steps.h"

#include <spdlog/spdlog.h>

#include <exception>
#include <utility>

namespace rookery::artifact {
namespace {

// Nothing below throws on purpose; bad_alloc may, and must not take the process along.
Status Guarded(absl::AnyInvocable<Status()>& step) {
  try {
    return step();
  } catch (const std::exception& error) {
    spdlog::error("artifact stream: {}", error.what());
    return absl::InternalError("The server met an unexpected error; its log has the details.");
  }
}

}  // namespace

void StreamSteps::Submit(absl::AnyInvocable<Status()> step) {
  const bool queued = executor_.TrySubmit([this, step = std::move(step)]() mutable {
    const Status status = Guarded(step);
    if (!status.ok()) fail_(status);
  });
  if (!queued) {
    fail_(absl::ResourceExhaustedError(
        "The server has too many requests waiting. Try again in a second."));
  }
}

}  // namespace rookery::artifact
