// How a method answers that returns before its work is done.
#pragma once

#include <absl/functional/any_invocable.h>

#include "libs/base/status.h"

namespace rookery {

// Called once, on any thread, with the outcome.
template <typename Result>
using Done = absl::AnyInvocable<void(StatusOr<Result>)>;

}  // namespace rookery
