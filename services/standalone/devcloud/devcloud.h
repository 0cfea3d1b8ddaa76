// `rookery devcloud`: a cloud on the loopback, for development.
#pragma once

#include "libs/http/server.h"

#include <absl/time/time.h>

#include <atomic>
#include <memory>
#include <string>

#include "libs/base/clock.h"
#include "libs/base/status.h"
#include "libs/loopback_cloud/loopback_cloud.h"
#include "services/standalone/devcloud/dev_tokens.h"
#include "services/standalone/devcloud/options.h"
#include "services/standalone/devcloud/state.h"

namespace rookery::devcloud {

// Gives a token to whoever asks on this machine's loopback, from Start to its end, and publishes
// the key that it signs with. Thread-safe.
class Devcloud {
 public:
  // INVALID_ARGUMENT: an option, or what is in the state's folder, cannot be used. UNAVAILABLE: the
  // port is taken. `clock` outlives it.
  static StatusOr<std::unique_ptr<Devcloud>> Start(const Options& options, const Clock& clock);

  // Where it serves, which is the issuer of its tokens, too.
  std::string url() const;

  // One line: what it is, where, and for whom.
  std::string Announcement() const;

  void Stop(absl::Duration grace);

 private:
  Devcloud(loopback_cloud::Cloud description, State state)
      : description_(std::move(description)), state_(std::move(state)) {}

  Status Listen(int port);
  void Serve(const Options& options, const Clock& clock);
  http::asio::awaitable<void> Handle(http::Exchange& exchange);

  const loopback_cloud::Cloud description_;
  const State state_;
  // Made when the port is known, of which tokens and documents tell; then `serves_` is set.
  std::unique_ptr<DevTokens> tokens_;
  std::unique_ptr<loopback_cloud::LoopbackCloud> cloud_;
  std::atomic<bool> serves_ = false;
  std::unique_ptr<http::Server> server_;  // Last: its threads use the rest.
};

}  // namespace rookery::devcloud
