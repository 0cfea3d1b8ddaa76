// What Prometheus' own clients tell about their process, under the same names.
#pragma once

#include "libs/metrics/registry.h"

namespace rookery::metrics {

// Adds memory, CPU time, open files, threads and the time of the start, read from /proc at each
// scrape.
void AddProcess(Registry& registry);

}  // namespace rookery::metrics
