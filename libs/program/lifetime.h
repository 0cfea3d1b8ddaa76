// From the start of a serving program to its end.
#pragma once

#include <absl/time/time.h>

#include <functional>
#include <string>
#include <thread>

namespace rookery::program {

// Made by main before any thread begins, so that SIGINT and SIGTERM reach ServeUntilStopped alone.
// Used by one thread.
class Lifetime {
 public:
  explicit Lifetime(absl::Duration drain_time);

  // Prints `announcement`, which says that the program serves and where; waits for SIGINT or
  // SIGTERM; then has `drain` end what is in flight, for which it has as long as it is told. A
  // second signal ends the process at once. So does this object, with exit code 0, if it is still
  // there a second after the drain time: what then waits for a database or a disk was not
  // acknowledged, and may wait for ever.
  void ServeUntilStopped(const std::string& announcement,
                         const std::function<void(absl::Duration)>& drain);

 private:
  void EndOverdue(const std::stop_token& stop) const;

  const absl::Duration drain_time_;
  std::jthread watchdog_;
};

}  // namespace rookery::program
