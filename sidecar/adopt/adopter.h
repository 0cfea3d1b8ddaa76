// Sends what sidecars left behind that are gone for good.
#pragma once

#include <absl/time/time.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <thread>

#include "libs/base/status.h"
#include "libs/base/steady.h"
#include "libs/metrics/registry.h"
#include "libs/program/admin_endpoint.h"
#include "sidecar/adopt/orphans.h"
#include "sidecar/sidecar.h"

namespace rookery::sidecar {

struct AdopterOptions {
  // Each folder in it is the spool of one sidecar.
  std::string root;
  // Make the root with, or give it, mode 1777, so that processes of all users can make theirs.
  bool share_root = false;
  absl::Duration after = absl::Minutes(5);
  // Between looks.
  absl::Duration interval = absl::Seconds(10);
  // host:port of /livez, /startupz and /metrics.
  std::string admin = "127.0.0.1:9465";
  // The upstream and what it is shown.
  SidecarOptions sidecar;
};

// Takes one spool at a time, as a sidecar that is started on it does, and removes its folder once
// all of it is upstream. A folder with records in quarantine stays, for `quarantine`. Works from
// Start to its end, on a thread of its own.
class Adopter {
 public:
  // INVALID_ARGUMENT: an option names nothing usable. UNAVAILABLE: the address cannot be listened
  // on. The upstream may be away.
  static StatusOr<std::unique_ptr<Adopter>> Start(const AdopterOptions& options);
  ~Adopter();

  // One line: where it looks and where it forwards to.
  std::string Announcement() const;

 private:
  explicit Adopter(AdopterOptions options);

  program::AdminEndpoint::Pages Pages() const;
  void Work(const std::stop_token& stop);
  void LookOnce(const std::stop_token& stop);
  // OK: nothing of it is left to send.
  Status Adopt(const std::filesystem::path& folder, const std::stop_token& stop);
  void RemoveEmptied() const;

  const AdopterOptions options_;
  metrics::Registry metrics_;
  const metrics::Gauge waiting_;
  const metrics::Gauge kept_;
  const metrics::Counter adopted_;
  const metrics::Counter failures_;
  Orphans orphans_;
  // Sent, but for what is in quarantine.
  std::set<std::filesystem::path> with_quarantine_;
  std::atomic<SteadyTime> last_turn_ = SteadyNow();
  std::unique_ptr<program::AdminEndpoint> admin_;
  // Last, so that it ends first.
  std::jthread thread_;
};

}  // namespace rookery::sidecar
