#include "libs/rpc/unary.h"

#include <absl/time/clock.h>
#include <google/protobuf/message.h>
#include <spdlog/spdlog.h>

#include <exception>
#include <stop_token>
#include <utility>

#include "libs/base/log.h"
#include "libs/transcode/required.h"

namespace rookery::rpc {

// A call that tells its work when the caller has gone. Deletes itself.
class Unary::CallReactor final : public grpc::ServerUnaryReactor {
 public:
  std::stop_token gone() const { return gone_.get_token(); }

 private:
  void OnCancel() override { gone_.request_stop(); }
  void OnDone() override { delete this; }

  std::stop_source gone_;
};

namespace {

// The caller may have given up while the call was queued.
Status CheckWanted(const grpc::ServerContextBase& context, const CallContext& call) {
  if (call.deadline <= absl::Now()) {
    return absl::DeadlineExceededError("The deadline passed before the server could begin.");
  }
  if (context.IsCancelled()) return absl::CancelledError("The caller has gone.");
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

void Answer(grpc::ServerUnaryReactor* reactor, const CallRecord& record, const CallContext& call,
            const Status& status) {
  record.End(call, status);
  reactor->Finish(ToGrpc(status));
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
void Unary::Enter(grpc::CallbackServerContext* context, const google::protobuf::Message& request,
                  const CallRecord& record, CallReactor* reactor, Next next) const {
  CallContext call;
  call.gone = reactor->gone();
  const Status read = ReadCallContext(*context, &call);
  workspaces_.Identify(call, [reactor, record, &request, call, read,
                              next = std::move(next)](StatusOr<IdentityPtr> caller) mutable {
    // Who is not known learns nothing of what else is wrong.
    Status status = caller.status();
    status.Update(read);
    if (status.ok()) status = transcode::CheckRequired(request);
    if (!status.ok()) return Answer(reactor, record, call, status);
    call.caller = *std::move(caller);
    next(std::move(call));
  });
}

bool Unary::Knows(const CallContext& call) const {
  return about_ == About::kAllWorkspaces || workspaces_.Knows(call);
}

Status Unary::CheckWorkspace(const CallContext& call) const {
  return about_ == About::kAllWorkspaces ? absl::OkStatus() : workspaces_.Check(call);
}

grpc::ServerUnaryReactor* Unary::Run(grpc::CallbackServerContext* context,
                                     const google::protobuf::Message& request,
                                     absl::AnyInvocable<Status(const CallContext&)> handle) const {
  const CallRecord record(log_.For(*request.GetDescriptor()));
  auto* const reactor = new CallReactor();
  Enter(context, request, record, reactor,
        [this, reactor, context, record, handle = std::move(handle)](CallContext call) mutable {
          const absl::Time deadline = call.deadline;
          executor_.Submit(deadline, [this, reactor, context, record, call = std::move(call),
                                      handle = std::move(handle)](const Status& admitted) mutable {
            Status result = admitted;
            if (result.ok()) result = CheckWanted(*context, call);
            if (result.ok()) result = CheckWorkspace(call);
            if (result.ok()) result = Guarded(call, [&] { return handle(call); });
            Answer(reactor, record, call, result);
          });
        });
  return reactor;
}

grpc::ServerUnaryReactor* Unary::Start(
    grpc::CallbackServerContext* context, const google::protobuf::Message& request,
    absl::AnyInvocable<void(const CallContext&, const Finish&)> handle) const {
  const CallRecord record(log_.For(*request.GetDescriptor()));
  auto* const reactor = new CallReactor();
  Enter(context, request, record, reactor,
        [this, reactor, context, record,
         handle = std::move(handle)](const CallContext& call) mutable {
          const Finish finish = [reactor, record, call](const Status& status) {
            Answer(reactor, record, call, status);
          };
          if (Knows(call)) return Begin(call, finish, handle);
          StartLater(context, call, finish, std::move(handle));
        });
  return reactor;
}

void Unary::StartLater(grpc::CallbackServerContext* context, const CallContext& call, Finish finish,
                       absl::AnyInvocable<void(const CallContext&, const Finish&)> handle) const {
  executor_.Submit(call.deadline, [this, context, call, finish = std::move(finish),
                                   handle = std::move(handle)](const Status& admitted) mutable {
    Status result = admitted;
    if (result.ok()) result = CheckWanted(*context, call);
    if (result.ok()) result = CheckWorkspace(call);
    if (!result.ok()) return finish(result);
    Begin(call, finish, handle);
  });
}

}  // namespace rookery::rpc
