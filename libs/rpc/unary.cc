#include "libs/rpc/unary.h"

#include <absl/time/clock.h>
#include <google/protobuf/message.h>
#include <spdlog/spdlog.h>

#include <exception>
#include <utility>

#include "libs/base/log.h"
#include "libs/rpc/call.h"
#include "libs/transcode/required.h"

namespace rookery::rpc {
namespace {

Status CheckWanted(const CallContext& call) {
  if (call.deadline <= absl::Now()) {
    return absl::DeadlineExceededError("The deadline passed before the server could begin.");
  }
  if (call.gone.stop_requested()) return absl::CancelledError("The caller has gone.");
  return absl::OkStatus();
}

// Nothing below us throws on purpose; bad_alloc may, and must not take the process along.
template <typename Handle>
Status Guarded(const CallContext& call, Handle&& handle) {
  const LogScope scope(call);
  try {
    return handle();
  } catch (const std::exception& error) {
    spdlog::error("a handler threw: {}", error.what());
    return absl::InternalError("The server met an unexpected error; its log has the details.");
  }
}

void Answer(Carrier& carrier, const CallRecord& record, const CallContext& call,
            const Status& status) {
  record.End(call, status);
  carrier.Finish(status);
}

template <typename Finish, typename Handle>
void Begin(const CallContext& call, const Finish& finish, Handle& handle) {
  const Status begun = Guarded(call, [&] {
    handle(call, finish);
    return absl::OkStatus();
  });
  if (!begun.ok()) finish(begun);
}

}  // namespace

template <typename Next>
void Unary::Enter(Carrier& carrier, const google::protobuf::Message& request,
                  const CallRecord& record, Next next) const {
  CallContext call;
  call.gone = carrier.gone();
  const Status read = ReadCallContext([&](const char* key) { return carrier.Metadata(key); },
                                      carrier.deadline(), &call);
  workspaces_.Identify(call, [&carrier, record, &request, call, read,
                              next = std::move(next)](StatusOr<IdentityPtr> caller) mutable {
    // Who is not known learns nothing of what else is wrong.
    Status status = caller.status();
    status.Update(read);
    if (status.ok()) status = transcode::CheckRequired(request);
    if (!status.ok()) return Answer(carrier, record, call, status);
    call.caller = *std::move(caller);
    next(std::move(call));
  });
}

bool Unary::Knows(const CallContext& call) const {
  return about_ == About::kAllWorkspaces || workspaces_.Knows(call);
}

Status Unary::CheckEntry(const CallContext& call) const {
  RETURN_IF_ERROR(CheckWanted(call));
  return about_ == About::kAllWorkspaces ? absl::OkStatus() : workspaces_.Check(call);
}

void Unary::Run(Carrier& carrier, const google::protobuf::Message& request,
                absl::AnyInvocable<Status(const CallContext&)> handle) const {
  const CallRecord record(log_.For(*request.GetDescriptor()));
  Enter(carrier, request, record,
        [this, &carrier, record, handle = std::move(handle)](CallContext call) mutable {
          const absl::Time deadline = call.deadline;
          executor_.Submit(deadline, [this, &carrier, record, call = std::move(call),
                                      handle = std::move(handle)](const Status& admitted) mutable {
            Status result = admitted;
            if (result.ok()) result = CheckEntry(call);
            if (result.ok()) result = Guarded(call, [&] { return handle(call); });
            Answer(carrier, record, call, result);
          });
        });
}

void Unary::Start(Carrier& carrier, const google::protobuf::Message& request,
                  absl::AnyInvocable<void(const CallContext&, const Finish&)> handle) const {
  const CallRecord record(log_.For(*request.GetDescriptor()));
  Enter(carrier, request, record,
        [this, &carrier, record, handle = std::move(handle)](const CallContext& call) mutable {
          const Finish finish = [&carrier, record, call](const Status& status) {
            Answer(carrier, record, call, status);
          };
          if (Knows(call)) return Begin(call, finish, handle);
          StartLater(call, finish, std::move(handle));
        });
}

void Unary::StartLater(const CallContext& call, Finish finish,
                       absl::AnyInvocable<void(const CallContext&, const Finish&)> handle) const {
  executor_.Submit(call.deadline, [this, call, finish = std::move(finish),
                                   handle = std::move(handle)](const Status& admitted) mutable {
    Status result = admitted;
    if (result.ok()) result = CheckEntry(call);
    if (!result.ok()) return finish(result);
    Begin(call, finish, handle);
  });
}

}  // namespace rookery::rpc
