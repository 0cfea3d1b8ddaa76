// Which workspaces there are, and who may enter them, as a service sees it.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/time/time.h>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "libs/base/identity.h"
#include "libs/base/status.h"
#include "libs/rpc/callers.h"

namespace rookery::rpc {

// Stands before every call, in two steps. Identify says who calls, if this server asks for that.
// Then a call that names a workspace which is not there is NOT_FOUND, and one whose caller may not
// enter it PERMISSION_DENIED. `default` is always there; where nobody is asked who he is it is open
// and asked for by nobody. What was answered counts for some seconds: a workspace that was deleted,
// or a caller who was struck off its list, may use it that much longer; one that was made is there
// at most that much later. When an answer has grown old, one call asks and the others go on with
// the old one. Thread-safe.
class KnownWorkspaces {
 public:
  // Who is allowed in the call's workspace. NOT_FOUND: there is none. PERMISSION_DENIED: the caller
  // is not, whatever is remembered. All else is passed on to the caller and not remembered. May
  // wait; is called from many threads.
  using Find = std::function<StatusOr<AllowList>(const CallContext&)>;

  static constexpr absl::Duration kKnownFor = absl::Seconds(5);
  static constexpr absl::Duration kUnknownFor = absl::Seconds(1);
  // Names that are remembered; callers may make up any number.
  static constexpr size_t kMaxNames = 10'000;

  // `callers` may be null: nobody is asked who he is. Both outlive this.
  explicit KnownWorkspaces(Find find, const Clock& clock = Clock::Real(),
                           Callers* callers = nullptr)
      : find_(std::move(find)), clock_(clock), callers_(callers) {}

  // As Callers::Identify; the caller is null, at once, if nobody is asked.
  template <typename Next>
  void Identify(const CallContext& call, Next next) {
    if (callers_ == nullptr) return next(StatusOr<IdentityPtr>(IdentityPtr()));
    callers_->Identify(call, std::move(next));
  }

  // When a call that lasts is to end, because its caller's token does.
  absl::Time EndOf(const CallContext& call) const;

  // Whether Check would say OK without asking.
  bool Knows(const CallContext& call);

  // May wait for the answer: not for gRPC's threads. NOT_FOUND, PERMISSION_DENIED, or what kept the
  // answer from coming.
  Status Check(const CallContext& call);

 private:
  // Null: it is not there.
  using Allowed = std::shared_ptr<const AllowList>;

  struct Answer {
    Allowed allowed;
    absl::Time until;
  };

  static bool IsOpen(const CallContext& call);
  // What is known and not old. Of an old answer the first who asks gets nothing, and others get the
  // answer until he has asked.
  std::optional<Allowed> Look(const CallContext& call);
  void Remember(const std::string& name, Allowed allowed);
  void Forget(const std::string& name);

  const Find find_;
  const Clock& clock_;
  Callers* const callers_;
  std::mutex mutex_;  // guards all below
  absl::flat_hash_map<std::string, Answer> answers_;
};

// NOT_FOUND, in the words of all services.
Status WorkspaceNotFound(std::string_view name);

}  // namespace rookery::rpc
