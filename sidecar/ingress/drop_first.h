// The end of what is written to a run.
#pragma once

#include <rookery/tracking/v1/ingest.pb.h>

#include <cstdint>

namespace rookery::sidecar {

// Takes the first `count` things off, of all that there are: points, then params, then tags, then
// the end.
void DropFirst(int64_t count, tracking::v1::RunIngest* run);

}  // namespace rookery::sidecar
