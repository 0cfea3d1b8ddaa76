// `rookery-registry`: the model registry as a program of its own.
#include <fmt/format.h>

#include "libs/db/uri.h"
#include "libs/metrics/process.h"
#include "libs/metrics/registry.h"
#include "libs/program/program.h"
#include "libs/program/serve_grpc.h"
#include "libs/program/tls_flags.h"
#include "libs/program/token_check.h"
#include "libs/rpc/channel.h"
#include "libs/workspaces/tracking_workspaces.h"
#include "services/registry/registry.h"
#include "services/registry/tracking_client.h"

namespace {

using rookery::Status;
namespace db = rookery::db;
namespace program = rookery::program;
namespace registry = rookery::registry;

constexpr char kName[] = "rookery-registry";

struct Options {
  program::GrpcAddresses addresses{"127.0.0.1:5102", "127.0.0.1:5112"};
  std::string backend_store_uri = "sqlite:///registry.db";
  std::string tracking = "127.0.0.1:5101";
  rookery::rpc::ChannelTls channels;
};

Status Serve(program::Lifetime& lifetime, const Options& options) {
  ASSIGN_OR_RETURN(const auto tokens, program::OpenTokenCheck(options.addresses));
  rookery::metrics::Registry metrics;
  rookery::metrics::AddProcess(metrics);
  const auto callers = program::CallersOf(tokens.get(), &metrics);
  ASSIGN_OR_RETURN(const auto channels, program::ChannelOptionsOf(options.channels));
  ASSIGN_OR_RETURN(auto channel, rookery::rpc::OpenChannel(options.tracking, channels));
  registry::TrackingClient tracking([&] { return channel; });
  rookery::rpc::KnownWorkspaces workspaces(rookery::AskTracking([&] { return channel; }),
                                           rookery::Clock::Real(), callers.get());
  ASSIGN_OR_RETURN(const auto database,
                   db::Database::Open(options.backend_store_uri, {.metrics = &metrics}));
  registry::RegistryOptions registry_options;
  registry_options.executor = {.name = "registry", .metrics = &metrics};
  ASSIGN_OR_RETURN(const auto service,
                   registry::Registry::Open(*database, tracking, workspaces, registry_options,
                                            rookery::Clock::Real()));
  return program::ServeGrpc(lifetime, kName, options.addresses, service->services(), metrics,
                            fmt::format("tracking at {}, metadata in {}", options.tracking,
                                        db::WithoutCredentials(options.backend_store_uri)));
}

}  // namespace

int main(int argc, char** argv) {
  program::Program program(kName, "Rookery's model registry: models, versions, aliases, stages.");
  Options options;
  program::AddGrpcAddresses(program.app(), &options.addresses);
  program::AddServiceAddress(program.app(), "--tracking", "tracking", &options.tracking);
  program::AddChannelTls(program.app(), &options.channels);
  program::AddBackendStoreUri(program.app(), &options.backend_store_uri);
  program.OnServe(program.app(), [&](auto& lifetime) { return Serve(lifetime, options); });
  return program.Run(argc, argv);
}
