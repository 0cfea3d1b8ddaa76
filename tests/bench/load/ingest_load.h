// Load on MetricService.IngestStream.
#pragma once

#include <string>

#include "tests/bench/load/workload.h"

namespace rookery::bench {

struct IngestOptions {
  std::string address;
  // Where the runs are made; empty: there too.
  std::string runs_address;
  Shape shape;
  int connections = 4;
  // Requests of a stream that are not answered, at most.
  int window = 8;
  // Of all streams together; the load ends when they are stored.
  int64_t points = 10'000'000;
  // A line is printed whenever so many more are stored; 0: only at the end.
  int64_t progress_every = 0;
};

// Makes the runs, writes the points, and prints a line of JSON: what was stored and how long it
// took. A failed call ends the program.
void RunIngest(const IngestOptions& options);

}  // namespace rookery::bench
