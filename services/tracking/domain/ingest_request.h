// Ingest requests, checked and turned into what a group commits.
#pragma once

#include <rookery/tracking/v1/ingest.pb.h>

#include <vector>

#include "libs/base/status.h"
#include "services/tracking/domain/log_write.h"

namespace rookery::tracking {

// INVALID_ARGUMENT, naming the place: columns of different lengths, positions outside a dictionary,
// a key that is not valid, a negative timestamp, too much in one request, or what the same calls of
// RunService would not take. Long values of params and tags are cut as there.
StatusOr<std::vector<RunWrite>> RunsToWrite(const v1::IngestRequest& request);

}  // namespace rookery::tracking
