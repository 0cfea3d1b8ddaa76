// `rookery-gateway`: HTTP in front of services that are programs of their own.
#include <fmt/format.h>

#include <utility>

#include "libs/base/version.h"
#include "libs/metrics/process.h"
#include "libs/metrics/registry.h"
#include "libs/program/flags.h"
#include "libs/program/program.h"
#include "libs/program/tls_flags.h"
#include "libs/program/token_check.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/generic_client.h"
#include "services/gateway/front.h"

namespace {

using rookery::Status;
using rookery::StatusOr;
namespace gateway = rookery::gateway;
namespace program = rookery::program;
namespace rpc = rookery::rpc;

constexpr char kName[] = "rookery-gateway";

struct Options {
  gateway::FrontOptions front;
  rookery::tls::ServerFiles tls;
  program::TokenFlags tokens;
  rpc::ChannelTls channels;
  std::string tracking = "127.0.0.1:5101";
  std::string registry = "127.0.0.1:5102";
  std::string artifact = "127.0.0.1:5103";
};

StatusOr<std::shared_ptr<rpc::GenericClient>> ClientOf(const std::string& addresses,
                                                       const rpc::ChannelOptions& options) {
  ASSIGN_OR_RETURN(auto channel, rpc::OpenChannel(addresses, options));
  return rpc::ClientOf(std::move(channel));
}

Status Serve(program::Lifetime& lifetime, Options& options) {
  ASSIGN_OR_RETURN(options.front.tls, program::OpenServerTls(options.tls));
  ASSIGN_OR_RETURN(
      const auto tokens,
      program::TokenCheck::Open(
          options.tokens, program::ExposureOf("--host", options.front.host, options.front.tls)));
  ASSIGN_OR_RETURN(const auto channels, program::ChannelOptionsOf(options.channels));
  ASSIGN_OR_RETURN(auto web_ui, gateway::OpenWebUi(options.front));
  rookery::metrics::Registry metrics;
  rookery::metrics::AddProcess(metrics);
  const auto callers = program::CallersOf(tokens.get(), &metrics);
  gateway::Front::Clients clients;
  ASSIGN_OR_RETURN(clients.tracking, ClientOf(options.tracking, channels));
  clients.metrics = clients.tracking;
  ASSIGN_OR_RETURN(clients.registry, ClientOf(options.registry, channels));
  std::string artifacts = "not served";
  if (options.front.serve_artifacts) {
    ASSIGN_OR_RETURN(clients.artifacts, ClientOf(options.artifact, channels));
    artifacts = "at " + options.artifact;
  }
  ASSIGN_OR_RETURN(
      const auto front,
      gateway::Front::Listen(clients, options.front, std::move(web_ui), &metrics, callers.get()));
  lifetime.ServeUntilStopped(
      fmt::format("{} {} listening on {}, tracking at {}, registry at {}, artifacts {}", kName,
                  rookery::kVersion, front->url(), options.tracking, options.registry, artifacts),
      [&](absl::Duration grace) { front->Shutdown(grace); });
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  program::Program program(kName, "Rookery's gateway: MLflow's HTTP API in front of the services.");
  Options options;
  gateway::AddFrontFlags(program.app(), &options.front);
  program::AddServerTls(program.app(), &options.tls);
  program::AddTokens(program.app(), &options.tokens);
  program::AddServiceAddress(program.app(), "--tracking", "tracking", &options.tracking);
  program::AddServiceAddress(program.app(), "--registry", "registry", &options.registry);
  program::AddServiceAddress(program.app(), "--artifact", "artifact", &options.artifact);
  program::AddChannelTls(program.app(), &options.channels);
  program.OnServe(program.app(), [&](auto& lifetime) { return Serve(lifetime, options); });
  return program.Run(argc, argv);
}
