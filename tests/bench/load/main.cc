// Load on the gRPC calls of metrics, for tests/bench/ingest.py, read.py and watch.py, and for
// tests/grpc/test_compaction.py.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <cstdio>
#include <exception>

#include "tests/bench/load/ingest_load.h"
#include "tests/bench/load/log_load.h"
#include "tests/bench/load/read_load.h"
#include "tests/bench/load/watch_load.h"

namespace {

int Run(int argc, char** argv) {
  CLI::App app("Loads a server with metrics and prints what it did, a line of JSON.");
  app.require_subcommand(1);
  std::string address;
  app.add_option("--address", address, "host:port of the server's gRPC")->required();

  rookery::bench::IngestOptions ingest;
  CLI::App* write = app.add_subcommand("ingest", "Write points by IngestStream");
  write->add_option(
      "--runs-address", ingest.runs_address,
      "host:port of where the runs are made, if it is another: a sidecar takes points "
      "only");
  write->add_option("--runs", ingest.shape.runs, "Runs, which are made first")
      ->capture_default_str();
  write->add_option("--keys", ingest.shape.keys, "Keys of a request")->capture_default_str();
  write->add_option("--steps", ingest.shape.steps, "Steps of a request")->capture_default_str();
  write->add_option("--connections", ingest.connections, "Streams, each of a connection of its own")
      ->capture_default_str();
  write->add_option("--window", ingest.window, "Requests of a stream in flight")
      ->capture_default_str();
  write->add_option("--points", ingest.points, "Points in all")->capture_default_str();
  write
      ->add_option("--progress-every", ingest.progress_every,
                   "Points between two lines of progress")
      ->capture_default_str();

  rookery::bench::LogOptions log;
  CLI::App* metric = app.add_subcommand("log-metric", "Log point after point by LogMetric");
  metric->add_option("--runs", log.runs, "Runs, which are made first")->capture_default_str();
  metric->add_option("--connections", log.connections, "Connections")->capture_default_str();
  metric->add_option("--window", log.window, "Requests of a connection in flight")
      ->capture_default_str();
  metric->add_option("--rate", log.rate, "Requests a second at most")->capture_default_str();
  metric->add_option("--seconds", log.seconds, "How long")->capture_default_str();

  rookery::bench::ReadOptions read;
  CLI::App* columns = app.add_subcommand("read", "Read a run's history by ReadMetricColumns");
  columns->add_option("--run-id", read.run_id, "The run")->required();
  columns->add_option("--times", read.times, "How often")->capture_default_str();

  rookery::bench::WatchOptions watch;
  CLI::App* tail = app.add_subcommand("watch", "Time points from a writer to subscribers");
  tail->add_option("--writer-address", watch.writer_address,
                   "host:port of the replica or sidecar that is written to, if it is another");
  tail->add_option("--subscribers", watch.subscribers, "WatchMetrics calls")->capture_default_str();
  tail->add_option("--points", watch.points, "Points, one after the other")->capture_default_str();
  tail->add_option("--pause-ms", watch.pause_ms, "Between two points")->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  if (write->parsed()) {
    ingest.address = address;
    rookery::bench::RunIngest(ingest);
  } else if (metric->parsed()) {
    log.address = address;
    rookery::bench::RunLog(log);
  } else if (tail->parsed()) {
    watch.address = address;
    if (watch.writer_address.empty()) watch.writer_address = address;
    rookery::bench::RunWatch(watch);
  } else {
    read.address = address;
    rookery::bench::RunRead(read);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run(argc, argv);
  } catch (const std::exception& error) {
    std::fputs(error.what(), stderr);
    return 1;
  }
}
