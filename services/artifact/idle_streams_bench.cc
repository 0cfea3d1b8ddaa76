// How long unary calls take beside a thousand streams that are open and silent, and without them,
// in turns. Both ends share this process and talk TCP.
#include <absl/time/clock.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "services/artifact/testing/artifact_server.h"

namespace rookery::artifact {
namespace {

constexpr int kStreams = 1000;
constexpr int kCalls = 5000;
constexpr int kRounds = 5;

struct Latencies {
  absl::Duration p50;
  absl::Duration p99;
};

Latencies MeasureCalls(v1::ArtifactService::Stub& stub) {
  std::vector<absl::Duration> took;
  for (int i = 0; i < kCalls; ++i) {
    grpc::ClientContext context;
    v1::ListArtifactsResponse response;
    const absl::Time began = absl::Now();
    if (!stub.ListArtifacts(&context, {}, &response).ok()) std::abort();
    took.push_back(absl::Now() - began);
  }
  std::sort(took.begin(), took.end());
  return {took[kCalls / 2], took[kCalls * 99 / 100]};
}

void Print(const char* what, const Latencies& latencies) {
  std::printf("%-24s p50 %6.0f us  p99 %6.0f us\n", what, absl::ToDoubleMicroseconds(latencies.p50),
              absl::ToDoubleMicroseconds(latencies.p99));
}

void Run() {
  testing::ArtifactServer server({.threads = 4, .listen = true});
  const auto stub = server.NewStub();
  MeasureCalls(*stub);
  for (int round = 0; round < kRounds; ++round) {
    Print("without streams", MeasureCalls(*stub));
    const auto stub_of_streams = server.NewStub();
    std::vector<std::unique_ptr<testing::UploadCall>> streams;
    for (int i = 0; i < kStreams; ++i) {
      streams.push_back(
          std::make_unique<testing::UploadCall>(*stub_of_streams, "u" + std::to_string(i)));
    }
    Print("beside 1,000 streams", MeasureCalls(*stub));
    for (auto& stream : streams) {
      stream->context().TryCancel();
      stream->stream().Finish();
    }
  }
}

}  // namespace
}  // namespace rookery::artifact

int main() { rookery::artifact::Run(); }
