#include "services/standalone/suite.h"

#include <absl/time/clock.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/host_port.h"
#include "libs/base/version.h"
#include "libs/db/database.h"
#include "libs/db/uri.h"
#include "libs/metrics/process.h"
#include "libs/metrics/registry.h"
#include "libs/rpc/callers.h"
#include "libs/rpc/generic_client.h"
#include "libs/rpc/local_client.h"
#include "libs/rpc/server.h"
#include "libs/workspaces/tracking_workspaces.h"
#include "services/artifact/artifact.h"
#include "services/gateway/front.h"
#include "services/registry/registry.h"
#include "services/registry/tracking_client.h"
#include "services/tracking/tracking.h"

namespace rookery::standalone {
namespace {

std::string ArtifactRoot(const ServerOptions& options) {
  if (!options.default_artifact_root.empty()) return options.default_artifact_root;
  return options.front.serve_artifacts ? "mlflow-artifacts:/" : "./mlruns";
}

}  // namespace

// In the order in which they depend on each other: each is gone before what it uses.
struct Suite::Parts {
  explicit Parts(const ServerOptions& server_options) : options(server_options) {
    metrics::AddProcess(metrics);
  }

  Status OpenWebUi();
  Status OpenServices();
  Status StartGrpc();
  Status StartFront();
  // Null until StartGrpc is done. From any thread.
  std::shared_ptr<grpc::Channel> TrackingChannel() const;

  const ServerOptions options;
  std::shared_ptr<const gateway::WebUi> web_ui;
  metrics::Registry metrics;
  // Null: nobody is asked who he is.
  const std::unique_ptr<rpc::Callers> callers =
      options.tokens == nullptr ? nullptr
                                : std::make_unique<rpc::Callers>(*options.tokens, &metrics);
  std::unique_ptr<db::Database> database;
  // The front's way to the services, whose last work may outlast the front.
  std::shared_ptr<rpc::GenericClient> local_client;
  std::unique_ptr<tracking::Tracking> tracking;
  // The server that it calls starts after the registry that calls.
  registry::TrackingClient tracking_client{[this] { return TrackingChannel(); }};
  // Of registry and artifacts.
  rpc::KnownWorkspaces workspaces{AskTracking([this] { return TrackingChannel(); }), Clock::Real(),
                                  callers.get()};
  std::unique_ptr<registry::Registry> registry;
  std::unique_ptr<artifact::Artifact> artifacts;
  std::unique_ptr<rpc::Server> grpc;
  // Written before `grpc_started` is set, read only after that: no lock is needed.
  std::shared_ptr<grpc::Channel> grpc_channel;
  std::atomic<bool> grpc_started = false;
  std::unique_ptr<gateway::Front> front;
};

Status Suite::Parts::OpenWebUi() {
  ASSIGN_OR_RETURN(web_ui, gateway::OpenWebUi(options.front));
  return absl::OkStatus();
}

Status Suite::Parts::OpenServices() {
  if (options.front.serve_artifacts) {
    ASSIGN_OR_RETURN(
        artifacts,
        artifact::Artifact::Open(options.artifacts_destination, workspaces,
                                 {.url_signing_key = options.url_signing_key, .metrics = &metrics},
                                 Clock::Real()));
  }
  ASSIGN_OR_RETURN(database, db::Database::Open(options.backend_store_uri, {.metrics = &metrics}));
  tracking::TrackingOptions tracking_options;
  tracking_options.callers = callers.get();
  tracking_options.artifact_root = ArtifactRoot(options);
  tracking_options.run_end_grace = options.run_end_grace;
  tracking_options.run_cache_bytes = options.run_cache_bytes;
  tracking_options.executor = {.name = "tracking", .metrics = &metrics};
  ASSIGN_OR_RETURN(tracking, tracking::Tracking::Open(*database, tracking_options, Clock::Real()));
  registry::RegistryOptions registry_options;
  registry_options.executor = {.name = "registry", .metrics = &metrics};
  ASSIGN_OR_RETURN(registry, registry::Registry::Open(*database, tracking_client, workspaces,
                                                      registry_options, Clock::Real()));
  return absl::OkStatus();
}

Status Suite::Parts::StartGrpc() {
  std::vector<grpc::Service*> services;
  const auto add = [&](const std::vector<grpc::Service*>& more) {
    services.insert(services.end(), more.begin(), more.end());
  };
  add(tracking->services());
  add(registry->services());
  if (artifacts) add(artifacts->services());
  rpc::ServerOptions grpc_options;
  if (options.grpc_port) {
    grpc_options.address = JoinHostPort(options.front.host, *options.grpc_port);
    grpc_options.tls = options.front.tls;
  }
  ASSIGN_OR_RETURN(grpc, rpc::Server::Start(grpc_options, services));
  ASSIGN_OR_RETURN(auto streaming_channel, grpc->StreamingChannel());
  local_client = rpc::LocalClient(services, rpc::ClientOf(std::move(streaming_channel)),
                                  grpc_options.max_message_bytes);
  grpc_channel = grpc->InProcessChannel();
  grpc_started.store(true, std::memory_order_release);
  return absl::OkStatus();
}

std::shared_ptr<grpc::Channel> Suite::Parts::TrackingChannel() const {
  return grpc_started.load(std::memory_order_acquire) ? grpc_channel : nullptr;
}

Status Suite::Parts::StartFront() {
  gateway::Front::Clients clients;
  clients.tracking = local_client;
  clients.metrics = local_client;
  clients.registry = local_client;
  if (artifacts) {
    clients.artifacts = local_client;
    clients.blobs.takes = artifact::IsForDataPlane;
    clients.blobs.answer = [&plane = artifacts->data_plane()](http::Exchange& exchange,
                                                              const CallContext& call) {
      return plane.Answer(exchange, call);
    };
  }
  ASSIGN_OR_RETURN(front,
                   gateway::Front::Listen(clients, options.front, web_ui, &metrics, callers.get()));
  return absl::OkStatus();
}

StatusOr<std::unique_ptr<Suite>> Suite::Start(const ServerOptions& options) {
  // Made first, so that its destructor stops what was started before an error.
  std::unique_ptr<Suite> suite(new Suite(std::make_unique<Parts>(options)));
  Parts& parts = *suite->parts_;
  RETURN_IF_ERROR(parts.OpenWebUi());
  RETURN_IF_ERROR(parts.OpenServices());
  RETURN_IF_ERROR(parts.StartGrpc());
  RETURN_IF_ERROR(parts.StartFront());
  return suite;
}

Suite::Suite(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Suite::~Suite() { Stop(absl::ZeroDuration()); }

std::string Suite::Announcement() const {
  const ServerOptions& options = parts_->options;
  const std::string grpc =
      options.grpc_port
          ? fmt::format(" (gRPC {})", JoinHostPort(options.front.host, parts_->grpc->port()))
          : "";
  const std::string artifacts = options.front.serve_artifacts
                                    ? fmt::format("artifacts in {}", options.artifacts_destination)
                                    : "artifacts not served";
  return fmt::format("rookery {} listening on {}{}, metadata in {}, {}", kVersion,
                     parts_->front->url(), grpc, db::WithoutCredentials(options.backend_store_uri),
                     artifacts);
}

void Suite::Stop(absl::Duration grace) {
  // From the outside inwards, so that what is under way can still be answered.
  const absl::Time end = absl::Now() + grace;
  if (parts_->tracking) parts_->tracking->EndWatches();
  if (parts_->front) parts_->front->Shutdown(grace);
  if (parts_->grpc) parts_->grpc->Shutdown(std::max(end - absl::Now(), absl::ZeroDuration()));
}

}  // namespace rookery::standalone
