// Load on MetricService.ReadMetricColumns.
#pragma once

#include <string>

namespace rookery::bench {

struct ReadOptions {
  std::string address;
  std::string run_id;
  int times = 7;
};

// Reads the whole history of a run again and again, and prints a line of JSON: how many points it
// has, and the median and the worst time in milliseconds. A failed call ends the program.
void RunRead(const ReadOptions& options);

}  // namespace rookery::bench
