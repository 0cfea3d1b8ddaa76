#include "libs/program/serve_grpc.h"

#include <absl/time/clock.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/base/host_port.h"
#include "libs/base/version.h"
#include "libs/http/tls_metrics.h"
#include "libs/program/admin_endpoint.h"
#include "libs/program/tls_flags.h"
#include "libs/rpc/server.h"

namespace rookery::program {
namespace {

// So that the connections of long-lived clients spread over replicas that came later.
constexpr absl::Duration kMaxConnectionAge = absl::Minutes(5);

}  // namespace

Status ServeGrpc(Lifetime& lifetime, std::string_view name, const GrpcAddresses& addresses,
                 const std::vector<grpc::Service*>& services, metrics::Registry& metrics,
                 std::string_view keeps, const std::function<void(absl::Duration)>& before_drain) {
  ASSIGN_OR_RETURN(const HostPort listen, ParseHostPort(addresses.listen));
  rpc::ServerOptions options;
  options.address = addresses.listen;
  ASSIGN_OR_RETURN(options.tls, OpenServerTls(addresses.tls));
  http::AddTlsMetrics(&metrics, options.tls);
  options.max_connection_age = kMaxConnectionAge;
  ASSIGN_OR_RETURN(const auto server, rpc::Server::Start(options, services));
  AdminEndpoint::Pages pages;
  pages["/metrics"] = [&metrics] {
    http::Response response(200, metrics.Text());
    response.headers.Add("Content-Type", metrics::kTextContentType);
    return response;
  };
  ASSIGN_OR_RETURN(const auto admin, AdminEndpoint::Listen(addresses.admin, std::move(pages)));
  lifetime.ServeUntilStopped(
      fmt::format("{} {} serving gRPC{} on {}, health on {}, {}", name, kVersion,
                  options.tls ? " over TLS" : "", JoinHostPort(listen.host, server->port()),
                  admin->url(), keeps),
      [&](absl::Duration grace) {
        const absl::Time end = absl::Now() + grace;
        admin->StopBeingReady();
        before_drain(grace);
        server->Shutdown(std::max(end - absl::Now(), absl::ZeroDuration()));
      });
  return absl::OkStatus();
}

}  // namespace rookery::program
