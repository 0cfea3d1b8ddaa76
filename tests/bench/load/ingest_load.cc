#include "tests/bench/load/ingest_load.h"

#include <absl/time/clock.h>
#include <fmt/format.h>
#include <rookery/tracking/v1/metric_service.grpc.pb.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <memory>
#include <thread>

#include "tests/bench/load/connection.h"
#include "tests/bench/load/progress.h"
#include "tests/bench/load/runs.h"

namespace rookery::bench {
namespace {

namespace v1 = tracking::v1;

// One producer with its part of the runs.
class Writer {
 public:
  Writer(const IngestOptions& options, int number, std::vector<std::string> run_ids)
      : window_(options.window),
        stub_(v1::MetricService::NewStub(Connect(options.address))),
        workload_(options.shape, std::move(run_ids), static_cast<uint32_t>(number)) {
    grpc::ClientContext context;
    v1::OpenProducerRequest request;
    v1::OpenProducerResponse response;
    request.set_producer_id(fmt::format("bench-{}-{}", absl::ToUnixNanos(absl::Now()), number));
    Must(stub_->OpenProducer(&context, request, &response), "OpenProducer");
    request_.set_producer_id(request.producer_id());
    request_.set_epoch(response.epoch());
    next_seq_ = response.next_seq();
    request_.add_runs();
  }

  // Until `left` is used up.
  void Run(std::atomic<int64_t>* left, Progress* progress) {
    grpc::ClientContext context;
    auto stream = stub_->IngestStream(&context);
    std::atomic<int> open = 0;
    std::thread reader([&] {
      v1::IngestResponse response;
      while (stream->Read(&response)) {
        // The server answers each request once.
        progress->Add(workload_.points());
        --open;
        open.notify_one();
      }
      // The stream has ended; nobody is to wait for answers.
      open = std::numeric_limits<int>::min();
      open.notify_one();
    });
    while (left->fetch_sub(workload_.points()) > 0) {
      for (int now = open; now >= window_; now = open) open.wait(now);
      workload_.Next(request_.mutable_runs(0));
      request_.set_first_seq(next_seq_);
      next_seq_ += workload_.points();
      ++open;
      if (!stream->Write(request_)) break;
    }
    stream->WritesDone();
    reader.join();
    Must(stream->Finish(), "IngestStream");
  }

 private:
  const int window_;
  const std::unique_ptr<v1::MetricService::Stub> stub_;
  Workload workload_;
  v1::IngestRequest request_;
  int64_t next_seq_ = 0;
};

}  // namespace

void RunIngest(const IngestOptions& options) {
  const std::vector<std::string> runs =
      MakeRuns(Connect(options.runs_address.empty() ? options.address : options.runs_address),
               options.shape.runs);
  std::vector<std::unique_ptr<Writer>> writers;
  for (int i = 0; i < options.connections; ++i) {
    std::vector<std::string> own;
    for (size_t run = i; run < runs.size(); run += options.connections) own.push_back(runs[run]);
    writers.push_back(std::make_unique<Writer>(options, i, std::move(own)));
  }
  std::atomic<int64_t> left = options.points;
  const absl::Time begin = absl::Now();
  Progress progress(options.progress_every, begin);
  {
    std::vector<std::jthread> threads;
    for (const auto& writer : writers) {
      threads.emplace_back([&, writer = writer.get()] { writer->Run(&left, &progress); });
    }
  }
  const double seconds = absl::ToDoubleSeconds(absl::Now() - begin);
  const int64_t batch = int64_t{options.shape.keys} * options.shape.steps;
  const int64_t stored = (options.points + batch - 1) / batch * batch;
  fmt::print("{{\"points\": {}, \"seconds\": {:.3f}, \"run_id\": \"{}\"}}\n", stored, seconds,
             runs[0]);
}

}  // namespace rookery::bench
