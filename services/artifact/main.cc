// `rookery-artifact`: the artifact service as a program of its own.
#include <fmt/format.h>

#include "libs/metrics/process.h"
#include "libs/metrics/registry.h"
#include "libs/program/program.h"
#include "libs/program/serve_grpc.h"
#include "services/artifact/artifact.h"

namespace {

using rookery::Status;
namespace program = rookery::program;

constexpr char kName[] = "rookery-artifact";

struct Options {
  program::GrpcAddresses addresses{"127.0.0.1:5103", "127.0.0.1:5113"};
  std::string destination = "./artifacts";
};

Status Serve(program::Lifetime& lifetime, const Options& options) {
  rookery::metrics::Registry metrics;
  rookery::metrics::AddProcess(metrics);
  ASSIGN_OR_RETURN(const auto artifact,
                   rookery::artifact::Artifact::Open(options.destination, {.metrics = &metrics},
                                                     rookery::Clock::Real()));
  return program::ServeGrpc(lifetime, kName, options.addresses, artifact->services(), metrics,
                            fmt::format("artifacts in {}", options.destination));
}

}  // namespace

int main(int argc, char** argv) {
  program::Program program(kName, "Rookery's artifact service: files by path.");
  Options options;
  program::AddGrpcAddresses(program.app(), &options.addresses);
  program::AddArtifactsDestination(program.app(), &options.destination);
  program.OnServe(program.app(), [&](auto& lifetime) { return Serve(lifetime, options); });
  return program.Run(argc, argv);
}
