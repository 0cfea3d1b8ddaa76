#include "libs/program/lifetime.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>

namespace rookery::program {
namespace {

// For what was cut when the drain time was over.
constexpr absl::Duration kWindDown = absl::Seconds(1);

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

Lifetime::Lifetime(absl::Duration drain_time) : drain_time_(drain_time) {
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

void Lifetime::ServeUntilStopped(const std::string& announcement,
                                 const std::function<void(absl::Duration)>& drain) {
  fmt::print("{}\n", announcement);
  std::fflush(stdout);
  const sigset_t signals = StopSignals();
  int received = 0;
  sigwait(&signals, &received);
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  spdlog::info("stopping; requests in flight have {} to finish", absl::FormatDuration(drain_time_));
  watchdog_ = std::jthread([this](const std::stop_token& stop) { EndOverdue(stop); });
  drain(drain_time_);
}

void Lifetime::EndOverdue(const std::stop_token& stop) const {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  const absl::Duration patience = drain_time_ + kWindDown;
  stopped.wait_for(lock, stop, absl::ToChronoNanoseconds(patience), [] { return false; });
  if (stop.stop_requested()) return;
  spdlog::warn("ending though something is still in flight; nothing of it was acknowledged");
  // Destructors would wait for it.
  std::_Exit(EXIT_SUCCESS);
}

}  // namespace rookery::program
