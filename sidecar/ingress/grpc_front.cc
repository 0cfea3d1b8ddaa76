#include "sidecar/ingress/grpc_front.h"

#include <utility>

#include "libs/base/host_port.h"
#include "libs/rpc/server.h"
#include "sidecar/ingress/metric_service.h"

namespace rookery::sidecar {
namespace {

constexpr char kUnix[] = "unix:";

// The upstream says whether there is the workspace, when it gets what was written.
StatusOr<AllowList> AnyWorkspace(const CallContext&) { return AllowList(); }

}  // namespace

struct GrpcFront::Parts {
  Parts(Ingest& ingest, Upstream& upstream, metrics::Registry* metrics)
      : workspaces(AnyWorkspace),
        executor({.threads = 1, .name = "sidecar", .metrics = metrics}),
        log(metrics, {MetricService::kName}),
        unary(executor, workspaces, log),
        service(ingest, upstream, unary, {executor, workspaces, log}) {}

  rpc::KnownWorkspaces workspaces;
  rpc::Executor executor;
  rpc::CallLog log;
  rpc::Unary unary;
  MetricService service;
  std::unique_ptr<rpc::Server> server;
};

StatusOr<std::unique_ptr<GrpcFront>> GrpcFront::Listen(const std::string& address, Ingest& ingest,
                                                       Upstream& upstream,
                                                       metrics::Registry* metrics) {
  const bool is_unix = address.starts_with(kUnix);
  HostPort parsed;
  if (!is_unix) {
    ASSIGN_OR_RETURN(parsed, ParseHostPort(address));
  }
  auto parts = std::make_unique<Parts>(ingest, upstream, metrics);
  rpc::ServerOptions options;
  options.address = address;
  ASSIGN_OR_RETURN(parts->server, rpc::Server::Start(options, {&parts->service}));
  std::string at = is_unix ? address : JoinHostPort(parsed.host, parts->server->port());
  return std::unique_ptr<GrpcFront>(new GrpcFront(std::move(at), std::move(parts)));
}

GrpcFront::GrpcFront(std::string address, std::unique_ptr<Parts> parts)
    : address_(std::move(address)), parts_(std::move(parts)) {}

GrpcFront::~GrpcFront() = default;

void GrpcFront::Shutdown(absl::Duration grace) { parts_->server->Shutdown(grace); }

}  // namespace rookery::sidecar
