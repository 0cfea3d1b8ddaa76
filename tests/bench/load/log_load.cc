#include "tests/bench/load/log_load.h"

#include <absl/time/clock.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <rookery/tracking/v1/run_service.grpc.pb.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/bench/load/connection.h"
#include "tests/bench/load/runs.h"

namespace rookery::bench {
namespace {

namespace v1 = tracking::v1;

constexpr int64_t kStart = 1'790'000'000'000;

// One connection, with several requests under way.
class Logger {
 public:
  Logger(const LogOptions& options, const std::vector<std::string>& run_ids)
      : options_(options),
        run_ids_(run_ids),
        stub_(v1::RunService::NewStub(Connect(options.address))) {}

  // Returns when all is answered.
  void Run(std::atomic<int64_t>* next, absl::Time begin) {
    const absl::Time end = begin + absl::Seconds(options_.seconds);
    for (;;) {
      const int64_t number = next->fetch_add(1);
      // What is late is sent at once, so that the rate is kept where the server pauses.
      const absl::Time due = begin + absl::Seconds(static_cast<double>(number) / options_.rate);
      if (due > end || absl::Now() > end) break;
      absl::SleepFor(due - absl::Now());
      WaitUntilOpen(options_.window - 1);
      Send(number);
    }
    WaitUntilOpen(0);
  }
  int64_t acknowledged() const { return acknowledged_; }

 private:
  struct Call {
    grpc::ClientContext context;
    v1::LogMetricRequest request;
    v1::LogMetricResponse response;
  };

  // Until no more than `most` requests are not answered.
  void WaitUntilOpen(int most) {
    std::unique_lock lock(mutex_);
    answered_.wait(lock, [&] { return open_ <= most; });
  }
  void Send(int64_t number) {
    auto call = std::make_unique<Call>();
    const auto runs = static_cast<int64_t>(run_ids_.size());
    const int64_t step = number / runs;
    call->request.set_run_id(run_ids_[static_cast<size_t>(number % runs)]);
    call->request.set_key("loss");
    call->request.set_value(2.0 / (1.0 + 1e-3 * static_cast<double>(step)));
    call->request.set_step(step);
    call->request.set_timestamp(kStart + step);
    {
      const std::lock_guard lock(mutex_);
      ++open_;
    }
    Call* sent = call.release();
    stub_->async()->LogMetric(&sent->context, &sent->request, &sent->response,
                              [this, sent](const grpc::Status& status) {
                                Must(status, "LogMetric");
                                delete sent;
                                const std::lock_guard lock(mutex_);
                                ++acknowledged_;
                                --open_;
                                answered_.notify_one();
                              });
  }

  const LogOptions& options_;
  const std::vector<std::string>& run_ids_;
  const std::unique_ptr<v1::RunService::Stub> stub_;
  std::mutex mutex_;
  std::condition_variable answered_;
  int open_ = 0;              // guarded by mutex_
  int64_t acknowledged_ = 0;  // guarded by mutex_
};

}  // namespace

void RunLog(const LogOptions& options) {
  const std::vector<std::string> run_ids = MakeRuns(Connect(options.address), options.runs);
  fmt::print("{{\"run_ids\": [\"{}\"]}}\n", fmt::join(run_ids, "\", \""));
  // Whoever reads looks at the runs meanwhile.
  std::fflush(stdout);
  std::vector<std::unique_ptr<Logger>> loggers;
  for (int i = 0; i < options.connections; ++i) {
    loggers.push_back(std::make_unique<Logger>(options, run_ids));
  }
  std::atomic<int64_t> next = 0;
  const absl::Time begin = absl::Now();
  {
    std::vector<std::jthread> threads;
    for (const auto& logger : loggers) {
      threads.emplace_back([&, logger = logger.get()] { logger->Run(&next, begin); });
    }
  }
  const double seconds = absl::ToDoubleSeconds(absl::Now() - begin);
  int64_t acknowledged = 0;
  for (const auto& logger : loggers) acknowledged += logger->acknowledged();
  fmt::print("{{\"requests\": {}, \"seconds\": {:.3f}}}\n", acknowledged, seconds);
}

}  // namespace rookery::bench
