// All services and the gateway in one process.
#pragma once

#include <absl/time/time.h>

#include <memory>
#include <string>

#include "libs/base/status.h"
#include "services/standalone/options.h"

namespace rookery::standalone {

// Runs from Start until Stop or destruction. Used by one thread.
class Suite {
 public:
  // UNAVAILABLE: the database, the artifact folder or an address cannot be used.
  // FAILED_PRECONDITION: the database's schema and this program do not fit. INVALID_ARGUMENT: an
  // option names nothing usable. The messages are for the one who started the program.
  static StatusOr<std::unique_ptr<Suite>> Start(const ServerOptions& options);
  ~Suite();

  // One line: where it listens, and where it keeps what.
  std::string Announcement() const;

  // Takes no more requests, lets those in flight finish for `grace`, and ends.
  void Stop(absl::Duration grace);

 private:
  struct Parts;
  explicit Suite(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace rookery::standalone
