#include "libs/rpc/unary.h"

#include <absl/time/clock.h>
#include <fmt/format.h>
#include <google/protobuf/message.h>
#include <spdlog/spdlog.h>

#include <exception>
#include <utility>

#include "libs/transcode/required.h"

namespace rookery::rpc {
namespace {

bool IsServersFault(absl::StatusCode code) {
  return code == absl::StatusCode::kInternal || code == absl::StatusCode::kUnknown ||
         code == absl::StatusCode::kDataLoss;
}

// Nothing below us throws on purpose; bad_alloc may, and must not take the process along.
Status Guarded(absl::AnyInvocable<Status(const CallContext&)>& handle, const CallContext& call) {
  try {
    return handle(call);
  } catch (const std::exception& error) {
    spdlog::error("request {}: {}", call.request_id, error.what());
    return absl::InternalError("The server met an unexpected error; its log has the details.");
  }
}

}  // namespace

grpc::ServerUnaryReactor* Unary::Run(grpc::CallbackServerContext* context,
                                     const google::protobuf::Message& request,
                                     absl::AnyInvocable<Status(const CallContext&)> handle) const {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  auto call = ReadCallContext(*context);
  Status status = call.ok() ? transcode::CheckRequired(request) : call.status();
  if (!status.ok()) {
    reactor->Finish(ToGrpc(status));
    return reactor;
  }
  const bool queued = executor_.TrySubmit(
      [reactor, context, call = *std::move(call), handle = std::move(handle)]() mutable {
        // The caller may have given up while the call was queued.
        if (context->IsCancelled() || call.deadline <= absl::Now()) {
          reactor->Finish({grpc::StatusCode::DEADLINE_EXCEEDED,
                           "The deadline passed before the server could begin."});
          return;
        }
        const Status result = Guarded(handle, call);
        if (IsServersFault(result.code())) {
          spdlog::error("request {} failed: {}", call.request_id, result.ToString());
        }
        reactor->Finish(ToGrpc(result));
      });
  if (!queued) {
    reactor->Finish({grpc::StatusCode::RESOURCE_EXHAUSTED,
                     "The server has too many requests waiting. Try again in a second."});
  }
  return reactor;
}

}  // namespace rookery::rpc
