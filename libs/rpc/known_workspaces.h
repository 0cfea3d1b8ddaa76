// Which workspaces there are, as a service sees it.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/time/time.h>

#include <functional>
#include <mutex>
#include <string>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "libs/base/status.h"

namespace rookery::rpc {

// Stands before every call: one that names a workspace which is not there is NOT_FOUND. `default`
// is always there and asked for by nobody. What was answered counts for some seconds: a workspace
// that was deleted may be used that much longer, one that was made is there at most that much
// later. When an answer has grown old, one call asks and the others go on with the old one.
// Thread-safe.
class KnownWorkspaces {
 public:
  // OK: there is the call's workspace. NOT_FOUND: there is none. All else is passed on to the
  // caller and not remembered. May wait; is called from many threads.
  using Find = std::function<Status(const CallContext&)>;

  static constexpr absl::Duration kKnownFor = absl::Seconds(5);
  static constexpr absl::Duration kUnknownFor = absl::Seconds(1);
  // Names that are remembered; callers may make up any number.
  static constexpr size_t kMaxNames = 10'000;

  explicit KnownWorkspaces(Find find, const Clock& clock = Clock::Real())
      : find_(std::move(find)), clock_(clock) {}

  // Whether Check would say OK without asking.
  bool Knows(const CallContext& call);

  // May wait for the answer: not for gRPC's threads. NOT_FOUND, or what kept the answer from
  // coming.
  Status Check(const CallContext& call);

 private:
  struct Answer {
    bool exists = false;
    absl::Time until;
  };

  void Remember(const std::string& name, bool exists);

  const Find find_;
  const Clock& clock_;
  std::mutex mutex_;  // guards all below
  absl::flat_hash_map<std::string, Answer> answers_;
};

// NOT_FOUND, in the words of all services.
Status WorkspaceNotFound(std::string_view name);

}  // namespace rookery::rpc
