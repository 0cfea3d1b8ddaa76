#include "tests/bench/load/watch_load.h"

#include <absl/time/clock.h>
#include <fmt/format.h>
#include <rookery/tracking/v1/metric_service.grpc.pb.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "tests/bench/load/connection.h"
#include "tests/bench/load/runs.h"

namespace rookery::bench {
namespace {

namespace v1 = tracking::v1;

constexpr int kConnections = 10;

// When each point was heard of, by its step; the first time counts.
class Subscriber {
 public:
  Subscriber(const std::shared_ptr<grpc::Channel>& channel, const std::string& run_id, int points)
      : heard_(points, absl::InfiniteFuture()), stub_(v1::MetricService::NewStub(channel)) {
    v1::WatchMetricsRequest request;
    request.set_run_id(run_id);
    reader_ = stub_->WatchMetrics(&context_, request);
    // The server takes the request, then it watches.
    reader_->WaitForInitialMetadata();
    thread_ = std::thread([this] { Listen(); });
  }
  ~Subscriber() { thread_.join(); }

  const std::vector<absl::Time>& heard() const { return heard_; }
  bool is_done() const { return done_; }
  void Cancel() { context_.TryCancel(); }

 private:
  void Listen() {
    v1::WatchMetricsResponse response;
    while (!done_ && reader_->Read(&response)) {
      const absl::Time now = absl::Now();
      for (const int64_t step : response.metrics().step()) {
        heard_[step] = std::min(heard_[step], now);
        if (step + 1 == static_cast<int64_t>(heard_.size())) done_ = true;
      }
    }
    if (done_) context_.TryCancel();
    reader_->Finish();
  }

  std::vector<absl::Time> heard_;
  std::unique_ptr<v1::MetricService::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchMetricsResponse>> reader_;
  std::atomic<bool> done_ = false;
  std::thread thread_;
};

struct Written {
  std::vector<absl::Time> sent;
  std::vector<absl::Time> acknowledged;
};

Written Write(const WatchOptions& options, const std::string& run_id) {
  const auto stub = v1::MetricService::NewStub(Connect(options.writer_address));
  v1::OpenProducerRequest open;
  open.set_producer_id("watch-" + run_id);
  v1::OpenProducerResponse opened;
  grpc::ClientContext opening;
  Must(stub->OpenProducer(&opening, open, &opened), "OpenProducer");
  Written written;
  for (int i = 0; i < options.points; ++i) {
    v1::IngestRequest request;
    request.set_producer_id(open.producer_id());
    request.set_epoch(opened.epoch());
    request.set_first_seq(i);
    auto& metrics = *request.add_runs()->mutable_metrics();
    metrics.set_run_id(run_id);
    metrics.add_keys("loss");
    metrics.add_value(i);
    metrics.add_timestamp_ms(absl::ToUnixMillis(absl::Now()));
    metrics.add_step(i);
    metrics.add_key_index(0);
    metrics.add_key_points(1);
    grpc::ClientContext context;
    v1::IngestResponse response;
    written.sent.push_back(absl::Now());
    Must(stub->Ingest(&context, request, &response), "Ingest");
    written.acknowledged.push_back(absl::Now());
    absl::SleepFor(absl::Milliseconds(options.pause_ms));
  }
  return written;
}

std::string Quantiles(std::vector<double> times_ms) {
  std::ranges::sort(times_ms);
  const auto at = [&](double part) {
    return times_ms[static_cast<size_t>(part * static_cast<double>(times_ms.size() - 1))];
  };
  return fmt::format("{{\"p50_ms\": {:.2f}, \"p99_ms\": {:.2f}, \"worst_ms\": {:.2f}}}", at(0.5),
                     at(0.99), times_ms.back());
}

}  // namespace

void RunWatch(const WatchOptions& options) {
  const std::string run_id = MakeRuns(Connect(options.address), 1).front();
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int i = 0; i < kConnections; ++i) channels.push_back(Connect(options.address));
  std::vector<std::unique_ptr<Subscriber>> subscribers;
  for (int i = 0; i < options.subscribers; ++i) {
    subscribers.push_back(
        std::make_unique<Subscriber>(channels[i % kConnections], run_id, options.points));
  }
  const Written written = Write(options, run_id);
  // Those who have not heard of the last point by now never will.
  absl::SleepFor(absl::Seconds(2));
  std::vector<double> from_sent;
  std::vector<double> from_acknowledged;
  int64_t missed = 0;
  for (const auto& subscriber : subscribers) {
    subscriber->Cancel();
    for (int i = 0; i < options.points; ++i) {
      const absl::Time heard = subscriber->heard()[i];
      if (heard == absl::InfiniteFuture()) {
        ++missed;
        continue;
      }
      from_sent.push_back(absl::ToDoubleMilliseconds(heard - written.sent[i]));
      from_acknowledged.push_back(absl::ToDoubleMilliseconds(heard - written.acknowledged[i]));
    }
  }
  fmt::print("{{\"points\": {}, \"missed\": {}, \"from_sent\": {}, \"from_acknowledged\": {}}}\n",
             from_sent.size(), missed, Quantiles(from_sent), Quantiles(from_acknowledged));
}

}  // namespace rookery::bench
