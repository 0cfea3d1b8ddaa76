// Points that an older release kept as rows become segments.
#pragma once

#include <cstdint>

#include "libs/db/database.h"

namespace rookery::tracking::store {

// Brings all points over, key by key, each in a transaction: it may be broken off and begun again,
// and several processes may do it at once. Latest values are where they were. Returns how many
// points were brought.
StatusOr<int64_t> MovePointsToSegments(db::Database& database);

}  // namespace rookery::tracking::store
