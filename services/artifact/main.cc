// `rookery-artifact`: the artifact service as a program of its own.
#include <fmt/format.h>

#include "libs/metrics/process.h"
#include "libs/metrics/registry.h"
#include "libs/program/program.h"
#include "libs/program/serve_grpc.h"
#include "libs/program/tls_flags.h"
#include "libs/rpc/channel.h"
#include "libs/workspaces/tracking_workspaces.h"
#include "services/artifact/artifact.h"

namespace {

using rookery::Status;
namespace program = rookery::program;

constexpr char kName[] = "rookery-artifact";

struct Options {
  program::GrpcAddresses addresses{"127.0.0.1:5103", "127.0.0.1:5113"};
  std::string destination = "./artifacts";
  std::string tracking = "127.0.0.1:5101";
  rookery::rpc::ChannelTls channels;
};

Status Serve(program::Lifetime& lifetime, const Options& options) {
  ASSIGN_OR_RETURN(const auto tokens, program::OpenTokenCheck(options.addresses));
  rookery::metrics::Registry metrics;
  rookery::metrics::AddProcess(metrics);
  const auto callers = program::CallersOf(tokens.get(), &metrics);
  ASSIGN_OR_RETURN(const auto channels, program::ChannelOptionsOf(options.channels));
  ASSIGN_OR_RETURN(const auto channel, rookery::rpc::OpenChannel(options.tracking, channels));
  rookery::rpc::KnownWorkspaces workspaces(rookery::AskTracking([&] { return channel; }),
                                           rookery::Clock::Real(), callers.get());
  ASSIGN_OR_RETURN(const auto artifact, rookery::artifact::Artifact::Open(
                                            options.destination, workspaces, {.metrics = &metrics},
                                            rookery::Clock::Real()));
  return program::ServeGrpc(
      lifetime, kName, options.addresses, artifact->services(), metrics,
      fmt::format("tracking at {}, artifacts in {}", options.tracking, options.destination));
}

}  // namespace

int main(int argc, char** argv) {
  program::Program program(kName, "Rookery's artifact service: files by path.");
  Options options;
  program::AddGrpcAddresses(program.app(), &options.addresses);
  program::AddServiceAddress(program.app(), "--tracking", "tracking", &options.tracking);
  program::AddChannelTls(program.app(), &options.channels);
  program::AddArtifactsDestination(program.app(), &options.destination);
  program.OnServe(program.app(), [&](auto& lifetime) { return Serve(lifetime, options); });
  return program.Run(argc, argv);
}
