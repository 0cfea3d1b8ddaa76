// Load on MetricService.WatchMetrics.
#pragma once

#include <string>

namespace rookery::bench {

struct WatchOptions {
  // Where the run is made and points are watched, and where they are written: one replica or two,
  // or a sidecar.
  std::string address;
  std::string writer_address;
  int subscribers = 100;
  int points = 500;
  // Between two of them.
  int pause_ms = 20;
};

// Has subscribers, over ten connections, watch one run, writes points one at a time, and prints a
// line of JSON: how long points take from when they are sent to the server, so with their commit,
// to each subscriber, and from when the commit is acknowledged, which others may hear of first.
void RunWatch(const WatchOptions& options);

}  // namespace rookery::bench
