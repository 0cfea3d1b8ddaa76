// What an ingest request may hold.
#pragma once

#include <rookery/tracking/v1/ingest.pb.h>

#include <cstdint>
#include <string>

#include "libs/base/status.h"
#include "services/tracking/rules/run_values.h"

namespace rookery::tracking {

// How many numbers it takes of a producer.
int64_t ThingsOf(const v1::RunIngest& ingest);

// INVALID_ARGUMENT: more than a request may hold.
Status CheckThings(int64_t things);

// INVALID_ARGUMENT, naming the place below `path`: columns of different lengths, positions outside
// a dictionary, a key that is not valid, a negative timestamp.
Status CheckColumns(const std::string& path, const v1::MetricColumns& columns);

// All of the above over what is written to one run, and what the same calls of RunService would not
// take. Its params and tags are copied, and long values cut there.
Status CheckAndCutRun(const std::string& path, const v1::RunIngest& ingest, Params* params,
                      RunTags* tags);

}  // namespace rookery::tracking
