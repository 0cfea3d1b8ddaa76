#include "services/standalone/suite.h"

#include <absl/strings/str_cat.h>
#include <fmt/format.h>

#include <atomic>
#include <functional>
#include <utility>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/version.h"
#include "libs/db/database.h"
#include "libs/db/uri.h"
#include "libs/http/server.h"
#include "libs/metrics/process.h"
#include "libs/metrics/registry.h"
#include "libs/rpc/executor.h"
#include "libs/rpc/generic_client.h"
#include "libs/rpc/server.h"
#include "services/artifact/artifact_service.h"
#include "services/artifact/store/local_blob_store.h"
#include "services/gateway/gateway.h"
#include "services/gateway/services.h"
#include "services/registry/registry.h"
#include "services/registry/tracking_client.h"
#include "services/tracking/tracking.h"

namespace rookery::standalone {
namespace {

constexpr char kArtifactsAreNotServed[] =
    "This server was started with --no-serve-artifacts: it does not pass artifacts on. Start it "
    "with "
    "--serve-artifacts, or give clients direct access to the artifact root.";

// The artifact service with what it stands on.
struct Artifacts {
  Artifacts(std::unique_ptr<artifact::BlobStore> blobs, metrics::Registry& registry)
      : store(std::move(blobs)),
        executor({.threads = 4, .name = "artifact", .metrics = &registry}),
        service(*store, executor, {.metrics = &registry}) {}

  std::unique_ptr<artifact::BlobStore> store;
  rpc::Executor executor;
  artifact::ArtifactService service;
};

std::string Bracketed(const std::string& host) {
  return host.find(':') == std::string::npos ? host : fmt::format("[{}]", host);
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
  Status StartHttp();
  // Null until StartGrpc is done. From any thread.
  std::shared_ptr<grpc::Channel> TrackingChannel() const;

  const ServerOptions options;
  metrics::Registry metrics;
  std::shared_ptr<const gateway::WebUi> web_ui;
  std::unique_ptr<db::Database> database;
  std::unique_ptr<tracking::Tracking> tracking;
  // The server that it calls starts after the registry that calls.
  registry::TrackingClient tracking_client{[this] { return TrackingChannel(); }};
  std::unique_ptr<registry::Registry> registry;
  std::unique_ptr<Artifacts> artifacts;
  std::unique_ptr<rpc::Server> grpc;
  // Written before `grpc_started` is set, read only after that: no lock is needed.
  std::shared_ptr<grpc::Channel> grpc_channel;
  std::atomic<bool> grpc_started = false;
  std::unique_ptr<gateway::Gateway> gateway;
  std::unique_ptr<http::Server> http;
};

Status Suite::Parts::OpenWebUi() {
  if (options.mlflow_ui.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(web_ui, gateway::WebUi::Open(options.mlflow_ui));
  return absl::OkStatus();
}

Status Suite::Parts::OpenServices() {
  if (options.serve_artifacts) {
    ASSIGN_OR_RETURN(const std::string folder, ArtifactFolder(options.artifacts_destination));
    ASSIGN_OR_RETURN(auto blobs, artifact::LocalBlobStore::OpenAt(folder, Clock::Real()));
    artifacts = std::make_unique<Artifacts>(std::move(blobs), metrics);
  }
  ASSIGN_OR_RETURN(database, db::Database::Open(options.backend_store_uri, {.metrics = &metrics}));
  tracking::TrackingOptions tracking_options;
  tracking_options.artifact_root = ArtifactRoot(options);
  tracking_options.executor = {.name = "tracking", .metrics = &metrics};
  ASSIGN_OR_RETURN(tracking, tracking::Tracking::Open(*database, tracking_options, Clock::Real()));
  registry::RegistryOptions registry_options;
  registry_options.executor = {.name = "registry", .metrics = &metrics};
  ASSIGN_OR_RETURN(registry, registry::Registry::Open(*database, tracking_client, registry_options,
                                                      Clock::Real()));
  return absl::OkStatus();
}

Status Suite::Parts::StartGrpc() {
  std::vector<grpc::Service*> services = tracking->services();
  for (grpc::Service* service : registry->services()) services.push_back(service);
  if (artifacts) services.push_back(&artifacts->service);
  rpc::ServerOptions grpc_options;
  if (options.grpc_port) {
    grpc_options.address = fmt::format("{}:{}", Bracketed(options.host), *options.grpc_port);
  }
  ASSIGN_OR_RETURN(grpc, rpc::Server::Start(grpc_options, services));
  grpc_channel = grpc->InProcessChannel();
  grpc_started.store(true, std::memory_order_release);
  return absl::OkStatus();
}

std::shared_ptr<grpc::Channel> Suite::Parts::TrackingChannel() const {
  return grpc_started.load(std::memory_order_acquire) ? grpc_channel : nullptr;
}

Status Suite::Parts::StartHttp() {
  auto client = std::make_shared<rpc::GenericClient>(grpc_channel);
  gateway::Backends backends;
  backends.Add(gateway::TrackingServices(), client);
  backends.Add(gateway::RegistryServices(), client);
  std::shared_ptr<rpc::GenericClient> artifact_client;
  if (artifacts) {
    ASSIGN_OR_RETURN(auto streaming_channel, grpc->StreamingChannel());
    artifact_client = std::make_shared<rpc::GenericClient>(std::move(streaming_channel));
  }
  backends.Add(gateway::ArtifactServices(), artifact_client, kArtifactsAreNotServed);
  gateway::GatewayOptions gateway_options;
  gateway_options.own_routes.serves_artifacts = options.serve_artifacts;
  gateway_options.metrics = &metrics;
  gateway_options.web_ui = web_ui;
  gateway_options.browsers = {options.allowed_hosts, options.cors_allowed_origins};
  ASSIGN_OR_RETURN(gateway, gateway::Gateway::Create(std::move(backends), gateway_options));
  http::ServerOptions http_options;
  http_options.host = options.host;
  http_options.metrics = &metrics;
  http_options.port = static_cast<uint16_t>(options.port);
  ASSIGN_OR_RETURN(http, http::Server::Listen(http_options, [this](http::Exchange& exchange) {
                     return gateway->Handle(exchange);
                   }));
  return absl::OkStatus();
}

StatusOr<std::unique_ptr<Suite>> Suite::Start(const ServerOptions& options) {
  // Made first, so that its destructor stops what was started before an error.
  std::unique_ptr<Suite> suite(new Suite(std::make_unique<Parts>(options)));
  Parts& parts = *suite->parts_;
  RETURN_IF_ERROR(parts.OpenWebUi());
  RETURN_IF_ERROR(parts.OpenServices());
  RETURN_IF_ERROR(parts.StartGrpc());
  RETURN_IF_ERROR(parts.StartHttp());
  return suite;
}

Suite::Suite(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Suite::~Suite() { Stop(absl::ZeroDuration()); }

std::string Suite::Announcement() const {
  const ServerOptions& options = parts_->options;
  const std::string grpc = options.grpc_port ? fmt::format(" (gRPC {}:{})", Bracketed(options.host),
                                                           parts_->grpc->port())
                                             : "";
  const std::string artifacts = options.serve_artifacts
                                    ? fmt::format("artifacts in {}", options.artifacts_destination)
                                    : "artifacts not served";
  return fmt::format("rookery {} listening on http://{}:{}{}, metadata in {}, {}", kVersion,
                     Bracketed(options.host), parts_->http->port(), grpc,
                     db::WithoutCredentials(options.backend_store_uri), artifacts);
}

void Suite::Stop(absl::Duration grace) {
  // From the outside inwards, so that what is under way can still be answered.
  if (parts_->http) parts_->http->Shutdown(grace);
  if (parts_->grpc) parts_->grpc->Shutdown(grace);
}

}  // namespace rookery::standalone
