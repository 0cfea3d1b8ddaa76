// How a unary call reaches the domain: everything that is common to all methods.
#pragma once

#include <absl/functional/any_invocable.h>

#include <functional>
#include <type_traits>
#include <utility>

#include "libs/base/call_context.h"
#include "libs/base/done.h"
#include "libs/base/status.h"
#include "libs/rpc/call_log.h"
#include "libs/rpc/carrier.h"
#include "libs/rpc/executor.h"
#include "libs/rpc/known_workspaces.h"

namespace google::protobuf {
class Message;
}

namespace rookery::rpc {

// Finds out who calls, checks the request against its proto and that the caller may enter the
// workspace, runs the domain's method on the executor, notes what became of it, and answers.
// Thread-safe. What is passed in must outlive the calls.
class Unary {
 public:
  // What the calls are about: the data of one workspace, or all of them, so that the method itself
  // says whose call it takes.
  enum class About { kOneWorkspace, kAllWorkspaces };

  Unary(Executor& executor, KnownWorkspaces& workspaces, const CallLog& log,
        About about = About::kOneWorkspace)
      : executor_(executor), workspaces_(workspaces), log_(log), about_(about) {}

  // The method is
  // `StatusOr<Response> Get(const CallContext&, const Request&)`, which runs on the executor; or
  // `Status Search(const CallContext&, const Request&, Response*)`, which does too and fills a
  // large response where it lies (see ArenaMessages); or
  // `void Create(const CallContext&, const Request&, Done<Response>)`, which runs on the carrier's
  // thread (unless the call's workspace must be asked for) and so must not wait: it hands its work
  // over and is done later.
  template <typename Request, typename Response, typename Domain, typename Method>
  void Serve(Carrier& carrier, const Request& request, Response* response, Domain& domain,
             Method method) const {
    if constexpr (std::is_invocable_v<Method, Domain&, const CallContext&, const Request&,
                                      Done<Response>>) {
      Serve(carrier, request, response,
            [&domain, method](const CallContext& call, const Request& asked, Done<Response> done) {
              (domain.*method)(call, asked, std::move(done));
            });
    } else if constexpr (std::is_invocable_v<Method, Domain&, const CallContext&, const Request&,
                                             Response*>) {
      Run(carrier, request,
          [&request, &domain, response, method](const CallContext& call) -> Status {
            return (domain.*method)(call, request, response);
          });
    } else {
      Run(carrier, request,
          [&request, &domain, response, method](const CallContext& call) -> Status {
            StatusOr<Response> result = (domain.*method)(call, request);
            if (!result.ok()) return result.status();
            *response = *std::move(result);
            return absl::OkStatus();
          });
    }
  }

  // The last of these for what is no method: `handle(call, request, done)`.
  template <typename Request, typename Response, typename Handle>
  void Serve(Carrier& carrier, const Request& request, Response* response, Handle handle) const {
    Start(carrier, request,
          [&request, response, handle = std::move(handle)](const CallContext& call,
                                                           const Finish& finish) {
            handle(call, request, [response, finish](StatusOr<Response> result) {
              const Status status = result.status();
              if (status.ok()) *response = *std::move(result);
              finish(status);
            });
          });
  }

 private:
  // Answers the caller, once.
  using Finish = std::function<void(const Status&)>;

  void Run(Carrier& carrier, const google::protobuf::Message& request,
           absl::AnyInvocable<Status(const CallContext&)> handle) const;
  void Start(Carrier& carrier, const google::protobuf::Message& request,
             absl::AnyInvocable<void(const CallContext&, const Finish&)> handle) const;
  // Calls `next`, if it is known who calls and the request is as it should be, with the call; else
  // answers.
  template <typename Next>
  void Enter(Carrier& carrier, const google::protobuf::Message& request, const CallRecord& record,
             Next next) const;
  bool Knows(const CallContext& call) const;
  // The caller may have given up while the call was queued, and the workspace may be none of his.
  Status CheckEntry(const CallContext& call) const;
  // Waits for the workspace, not for the handler.
  void StartLater(const CallContext& call, Finish finish,
                  absl::AnyInvocable<void(const CallContext&, const Finish&)> handle) const;

  Executor& executor_;
  KnownWorkspaces& workspaces_;
  const CallLog& log_;
  const About about_;
};

}  // namespace rookery::rpc
