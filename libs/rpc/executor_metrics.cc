#include "libs/rpc/executor_metrics.h"

namespace rookery::rpc {
namespace {

constexpr metrics::Family kThreads = {"rookery_executor_threads",
                                      "Threads that work for the executor's service."};
constexpr metrics::Family kBusy = {"rookery_executor_busy_threads", "Threads that run a task."};
constexpr metrics::Family kQueued = {"rookery_executor_queued_tasks",
                                     "Tasks that wait for a thread."};
constexpr metrics::Family kWait = {"rookery_executor_wait_seconds",
                                   "How long tasks that were run had waited for a thread."};
constexpr metrics::Family kRefused = {
    "rookery_executor_refused_total",
    "Tasks that were not run: queue_full, would_wait (too long, by what tasks took lately), "
    "has_waited (too long)."};

}  // namespace

ExecutorMetrics::ExecutorMetrics(metrics::Registry* registry, const std::string& executor,
                                 int threads) {
  if (registry == nullptr) return;
  const auto refused = [&](const char* reason) {
    return registry->AddCounter(kRefused, {{"executor", executor}, {"reason", reason}});
  };
  registry->AddGauge(kThreads, {{"executor", executor}}).Set(threads);
  queued = registry->AddGauge(kQueued, {{"executor", executor}});
  busy = registry->AddGauge(kBusy, {{"executor", executor}});
  wait = registry->AddHistogram(kWait, {{"executor", executor}});
  queue_full = refused("queue_full");
  would_wait = refused("would_wait");
  has_waited = refused("has_waited");
}

}  // namespace rookery::rpc
