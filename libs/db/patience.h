// How long a caller waits for the database, and whether it still does.
#pragma once

#include <absl/time/clock.h>
#include <absl/time/time.h>

#include <stop_token>
#include <utility>

#include "libs/base/call_context.h"

namespace rookery::db {

// Made of a CallContext in domain code, of a time where nobody can go away.
struct Patience {
  // NOLINTNEXTLINE(google-explicit-constructor): a deadline is a Patience.
  Patience(absl::Time deadline) : deadline(deadline) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Patience(const CallContext& call) : deadline(call.deadline), gone(call.gone) {}

  bool has_ended() const { return gone.stop_requested() || absl::Now() >= deadline; }

  absl::Time deadline;
  std::stop_token gone;
};

}  // namespace rookery::db
