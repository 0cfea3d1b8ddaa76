#include "services/standalone/serve.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <csignal>
#include <cstdio>

#include "libs/rpc/server.h"
#include "services/standalone/suite.h"

namespace rookery::standalone {
namespace {

constexpr absl::Duration kGrace = absl::Seconds(10);

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

Status Serve(const ServerOptions& options) {
  // Blocked before any thread begins, so that only sigwait below sees them.
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  rpc::QuietenGrpc();

  ASSIGN_OR_RETURN(const auto suite, Suite::Start(options));
  fmt::print("{}\n", suite->Announcement());
  std::fflush(stdout);

  int received = 0;
  sigwait(&signals, &received);
  // A second signal ends the process at once.
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  spdlog::info("stopping; requests in flight have {} to finish", absl::FormatDuration(kGrace));
  suite->Stop(kGrace);
  return absl::OkStatus();
}

}  // namespace rookery::standalone
