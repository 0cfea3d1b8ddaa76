// Printing and parsing as the gateway does it for each request, beside protobuf's own JSON.
#include <benchmark/benchmark.h>
#include <google/protobuf/util/json_util.h>

#include <string>

#include "libs/transcode/json_parser.h"
#include "libs/transcode/json_printer.h"
#include "libs/transcode/required.h"
#include "libs/transcode/route_table_builder.h"
#include "libs/transcode/testing/transcode_test.pb.h"
#include "rookery/tracking/v1/run.pb.h"

namespace rookery::transcode {
namespace {

using tracking::v1::LogBatchRequest;
using tracking::v1::Run;

Run SmallRun() {
  Run run;
  run.mutable_info()->set_run_id("0123456789abcdef0123456789abcdef");
  run.mutable_info()->set_run_name("gregarious-kit-726");
  run.mutable_info()->set_experiment_id("1234567890123");
  run.mutable_info()->set_status(tracking::v1::RUNNING);
  run.mutable_info()->set_start_time(1795490807199);
  run.mutable_info()->set_artifact_uri("mlflow-artifacts:/1/0123456789abcdef/artifacts");
  for (int i = 0; i < 20; ++i) {
    auto* metric = run.mutable_data()->add_metrics();
    metric->set_key("metric_" + std::to_string(i));
    metric->set_value(1.0 / (i + 3));
    metric->set_timestamp(1795490807199 + i);
    metric->set_step(i);
    auto* param = run.mutable_data()->add_params();
    param->set_key("param_" + std::to_string(i));
    param->set_value("value " + std::to_string(i));
    auto* tag = run.mutable_data()->add_tags();
    tag->set_key("tag_" + std::to_string(i));
    tag->set_value("value " + std::to_string(i));
  }
  return run;
}

LogBatchRequest FullBatch() {
  LogBatchRequest batch;
  batch.set_run_id("0123456789abcdef0123456789abcdef");
  for (int i = 0; i < 1000; ++i) {
    auto* metric = batch.add_metrics();
    metric->set_key("metric_" + std::to_string(i));
    metric->set_value(1.0 / (i + 3));
    metric->set_timestamp(1795490807199 + i);
    metric->set_step(i);
  }
  return batch;
}

void PrintRun(benchmark::State& state) {
  const Run run = SmallRun();
  size_t bytes = 0;
  for (auto _ : state) bytes += PrintJson(run).size();
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
}
BENCHMARK(PrintRun);

void PrintRunByProtobuf(benchmark::State& state) {
  const Run run = SmallRun();
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  size_t bytes = 0;
  for (auto _ : state) {
    std::string json;
    benchmark::DoNotOptimize(google::protobuf::util::MessageToJsonString(run, &json, options));
    bytes += json.size();
  }
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
}
BENCHMARK(PrintRunByProtobuf);

template <typename Message>
void Parse(benchmark::State& state, const Message& example) {
  const std::string json = PrintJson(example);
  for (auto _ : state) {
    Message message;
    benchmark::DoNotOptimize(ParseJson(json, &message));
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * json.size()));
}
BENCHMARK_CAPTURE(Parse, Run, SmallRun());
BENCHMARK_CAPTURE(Parse, BatchOf1000, FullBatch());

template <typename Message>
void ParseByProtobuf(benchmark::State& state, const Message& example) {
  const std::string json = PrintJson(example);
  for (auto _ : state) {
    Message message;
    benchmark::DoNotOptimize(google::protobuf::util::JsonStringToMessage(json, &message));
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * json.size()));
}
BENCHMARK_CAPTURE(ParseByProtobuf, Run, SmallRun());
BENCHMARK_CAPTURE(ParseByProtobuf, BatchOf1000, FullBatch());

template <typename Message>
void Required(benchmark::State& state, const Message& request) {
  for (auto _ : state) benchmark::DoNotOptimize(CheckRequired(request));
}
BENCHMARK_CAPTURE(Required, BatchOf1000, FullBatch());
BENCHMARK_CAPTURE(Required, NothingAsked, SmallRun());

void MatchRoute(benchmark::State& state) {
  const RouteTable table =
      *RouteTableBuilder()
           .AddService(testing::Thing::descriptor()->file()->FindServiceByName("Things"))
           .AliasPrefix("/api/", "/ajax-api/")
           .Build();
  for (auto _ : state)
    benchmark::DoNotOptimize(table.Match("GET", "/ajax-api/2.0/things/m-0123456789abcdef"));
}
BENCHMARK(MatchRoute);

}  // namespace
}  // namespace rookery::transcode
