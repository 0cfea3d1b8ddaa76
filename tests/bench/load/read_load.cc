#include "tests/bench/load/read_load.h"

#include <absl/time/clock.h>
#include <fmt/format.h>
#include <rookery/tracking/v1/metric_service.grpc.pb.h>

#include <algorithm>
#include <vector>

#include "tests/bench/load/connection.h"

namespace rookery::bench {

void RunRead(const ReadOptions& options) {
  const auto stub = tracking::v1::MetricService::NewStub(Connect(options.address));
  tracking::v1::ReadMetricColumnsRequest request;
  request.add_run_ids(options.run_id);
  std::vector<double> times_ms;
  int64_t points = 0;
  for (int i = 0; i < options.times; ++i) {
    grpc::ClientContext context;
    tracking::v1::ReadMetricColumnsResponse response;
    points = 0;
    const absl::Time begin = absl::Now();
    const auto reader = stub->ReadMetricColumns(&context, request);
    while (reader->Read(&response)) points += response.metrics().value_size();
    Must(reader->Finish(), "ReadMetricColumns");
    times_ms.push_back(absl::ToDoubleMilliseconds(absl::Now() - begin));
  }
  std::ranges::sort(times_ms);
  fmt::print("{{\"points\": {}, \"median_ms\": {:.1f}, \"worst_ms\": {:.1f}}}\n", points,
             times_ms[times_ms.size() / 2], times_ms.back());
}

}  // namespace rookery::bench
