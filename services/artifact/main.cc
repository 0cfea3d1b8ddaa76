// `rookery-artifact`: the artifact service as a program of its own.
#include <fmt/format.h>

#include "libs/base/host_port.h"
#include "libs/http/server.h"
#include "libs/metrics/process.h"
#include "libs/metrics/registry.h"
#include "libs/program/program.h"
#include "libs/program/serve_grpc.h"
#include "libs/program/tls_flags.h"
#include "libs/program/token_check.h"
#include "libs/rpc/channel.h"
#include "libs/workspaces/tracking_workspaces.h"
#include "services/artifact/artifact.h"

namespace {

using rookery::Status;
using rookery::StatusOr;
namespace http = rookery::http;
namespace program = rookery::program;

constexpr char kName[] = "rookery-artifact";

struct Options {
  program::GrpcAddresses addresses{"127.0.0.1:5103", "127.0.0.1:5113"};
  // Of the data plane.
  std::string data = "127.0.0.1:5123";
  std::string destination = "./artifacts";
  std::string url_signing_key;
  std::string tracking = "127.0.0.1:5101";
  rookery::rpc::ChannelTls channels;
};

// Over TLS if gRPC is, but without client certificates: a signed URL is all that its holder has.
StatusOr<std::unique_ptr<http::Server>> ListenForData(const Options& options,
                                                      const rookery::artifact::DataPlane& plane,
                                                      rookery::metrics::Registry& metrics) {
  ASSIGN_OR_RETURN(const rookery::HostPort address, rookery::ParseHostPort(options.data));
  http::ServerOptions server;
  server.host = address.host;
  server.port = static_cast<uint16_t>(address.port);
  server.metrics = &metrics;
  rookery::tls::ServerFiles files = options.addresses.tls;
  files.client_ca.clear();
  ASSIGN_OR_RETURN(server.tls, program::OpenServerTls(files));
  return http::Server::Listen(
      server, [&plane](http::Exchange& exchange) { return plane.Handle(exchange); });
}

Status Serve(program::Lifetime& lifetime, const Options& options) {
  ASSIGN_OR_RETURN(const auto tokens, program::OpenTokenCheck(options.addresses));
  rookery::metrics::Registry metrics;
  rookery::metrics::AddProcess(metrics);
  const auto callers = program::CallersOf(tokens.get(), &metrics);
  ASSIGN_OR_RETURN(const auto channels, program::ChannelOptionsOf(options.channels));
  ASSIGN_OR_RETURN(auto channel, rookery::rpc::OpenChannel(options.tracking, channels));
  rookery::rpc::KnownWorkspaces workspaces(rookery::AskTracking([&] { return channel; }),
                                           rookery::Clock::Real(), callers.get());
  ASSIGN_OR_RETURN(const auto artifact,
                   rookery::artifact::Artifact::Open(
                       options.destination, workspaces,
                       {.url_signing_key = options.url_signing_key, .metrics = &metrics},
                       rookery::Clock::Real()));
  ASSIGN_OR_RETURN(const auto data, ListenForData(options, artifact->data_plane(), metrics));
  ASSIGN_OR_RETURN(const rookery::HostPort address, rookery::ParseHostPort(options.data));
  return program::ServeGrpc(
      lifetime, kName, options.addresses, artifact->services(), metrics,
      fmt::format("signed URLs on {}://{}, tracking at {}, artifacts in {}",
                  options.addresses.tls.certificates.empty() ? "http" : "https",
                  rookery::JoinHostPort(address.host, data->port()), options.tracking,
                  options.destination),
      [&](absl::Duration grace) { data->Shutdown(grace); });
}

}  // namespace

// CLI11 throws where a flag is made that cannot be: our own mistake, which ends the first start.
// NOLINTNEXTLINE(bugprone-exception-escape)
int main(int argc, char** argv) {
  program::Program program(kName, "Rookery's artifact service: files by path.");
  Options options;
  program::AddGrpcAddresses(program.app(), &options.addresses);
  program.app()
      .add_option("--data", options.data,
                  "host:port for HTTP with signed URLs; port 0 has one chosen")
      ->capture_default_str();
  program::AddServiceAddress(program.app(), "--tracking", "tracking", &options.tracking);
  program::AddChannelTls(program.app(), &options.channels);
  program::AddArtifactsDestination(program.app(), &options.destination);
  program::AddUrlSigningKey(program.app(), &options.url_signing_key);
  program.OnServe(program.app(), [&](auto& lifetime) { return Serve(lifetime, options); });
  return program.Run(argc, argv);
}
