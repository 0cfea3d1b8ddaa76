// `rookery-tracking`: the tracking service as a program of its own.
#include <fmt/format.h>

#include "libs/db/uri.h"
#include "libs/metrics/process.h"
#include "libs/metrics/registry.h"
#include "libs/program/program.h"
#include "libs/program/serve_grpc.h"
#include "libs/program/token_check.h"
#include "services/tracking/tracking.h"

namespace {

using rookery::Status;
namespace db = rookery::db;
namespace program = rookery::program;
namespace tracking = rookery::tracking;

constexpr char kName[] = "rookery-tracking";

struct Options {
  program::GrpcAddresses addresses{"127.0.0.1:5101", "127.0.0.1:5111"};
  std::string backend_store_uri = "sqlite:///tracking.db";
  tracking::TrackingOptions tracking;
};

Status Serve(program::Lifetime& lifetime, const Options& options) {
  ASSIGN_OR_RETURN(const auto tokens, program::OpenTokenCheck(options.addresses));
  rookery::metrics::Registry metrics;
  rookery::metrics::AddProcess(metrics);
  const auto callers = program::CallersOf(tokens.get(), &metrics);
  ASSIGN_OR_RETURN(const auto database,
                   db::Database::Open(options.backend_store_uri, {.metrics = &metrics}));
  tracking::TrackingOptions tracking_options = options.tracking;
  tracking_options.callers = callers.get();
  tracking_options.executor = {.name = "tracking", .metrics = &metrics};
  ASSIGN_OR_RETURN(const auto service,
                   tracking::Tracking::Open(*database, tracking_options, rookery::Clock::Real()));
  return program::ServeGrpc(
      lifetime, kName, options.addresses, service->services(), metrics,
      fmt::format("metadata in {}", db::WithoutCredentials(options.backend_store_uri)),
      [&](absl::Duration) { service->EndWatches(); });
}

}  // namespace

int main(int argc, char** argv) {
  program::Program program(kName,
                           "Rookery's tracking service: experiments, runs, metrics, models.");
  Options options;
  program::AddGrpcAddresses(program.app(), &options.addresses);
  program::AddBackendStoreUri(program.app(), &options.backend_store_uri);
  program::AddDefaultArtifactRoot(program.app(), &options.tracking.artifact_root);
  program::AddRunEndGrace(program.app(), &options.tracking.run_end_grace);
  program::AddRunCache(program.app(), &options.tracking.run_cache_bytes);
  program.OnServe(program.app(), [&](auto& lifetime) { return Serve(lifetime, options); });
  return program.Run(argc, argv);
}
