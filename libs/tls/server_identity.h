// What a server shows to its clients, kept up to date.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "libs/base/status.h"
#include "libs/tls/context.h"
#include "libs/tls/files.h"

namespace rookery::tls {

// What a server shows from one change of the files to the next. Immutable.
struct ServerKeys {
  ServerPem pem;
  ContextPtr context;  // For Session::Accept.
  absl::Time expiry;   // of the certificate
};

// Reads the files at once and then every `interval`, from Open until its end. What has changed and
// can be used is current from then on; what cannot is logged, once, and changes nothing. Sessions
// keep what they began with. Thread-safe.
class ServerIdentity {
 public:
  static constexpr absl::Duration kInterval = absl::Seconds(2);

  // INVALID_ARGUMENT: the files cannot be read or used.
  static StatusOr<std::shared_ptr<ServerIdentity>> Open(ServerFiles files,
                                                        absl::Duration interval = kInterval);

  // Never null.
  std::shared_ptr<const ServerKeys> current() const;

  bool asks_for_client_certificates() const { return !files_.client_ca.empty(); }

  // One look at the files, as it is done every interval.
  void Look();

 private:
  ServerIdentity(ServerFiles files, std::shared_ptr<const ServerKeys> keys)
      : files_(std::move(files)), current_(std::move(keys)) {}

  void Watch(const std::stop_token& stop, absl::Duration interval);

  const ServerFiles files_;
  mutable std::mutex mutex_;
  std::shared_ptr<const ServerKeys> current_;  // Guarded by mutex_.
  std::mutex look_mutex_;
  std::string problem_;   // What was logged last. Guarded by look_mutex_.
  std::jthread watcher_;  // Last, so that it has ended before the rest goes.
};

}  // namespace rookery::tls
