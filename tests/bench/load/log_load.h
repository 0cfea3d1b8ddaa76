// Load on RunService.LogMetric.
#pragma once

#include <string>

namespace rookery::bench {

struct LogOptions {
  std::string address;
  // They are written to in turns.
  int runs = 16;
  int connections = 4;
  // Requests of a connection that are not answered, at most.
  int window = 64;
  // Requests a second at most, of all connections together.
  double rate = 10'000;
  double seconds = 60;
};

// Makes the runs and prints their ids, a line of JSON; then logs point after point, and prints how
// many were acknowledged and how long it took. A failed call ends the program.
void RunLog(const LogOptions& options);

}  // namespace rookery::bench
