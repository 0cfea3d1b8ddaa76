// A spool so small that a few records fill its segments.
#pragma once

#include "sidecar/spool/spool.h"

namespace rookery::spool::testing {

inline constexpr char kFolder[] = "/spool";

Options SmallOptions();

}  // namespace rookery::spool::testing
