#include "sidecar/sidecar.h"

#include <absl/synchronization/notification.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>
#include <vector>

#include "libs/base/host_port.h"
#include "libs/base/steady.h"
#include "libs/base/version.h"
#include "libs/metrics/process.h"
#include "libs/metrics/registry.h"
#include "libs/rpc/generic_client.h"
#include "libs/tls/server_identity.h"
#include "sidecar/admin.h"
#include "sidecar/connect.h"
#include "sidecar/exposure.h"
#include "sidecar/identity/worker_cloud.h"
#include "sidecar/ingress/grpc_front.h"
#include "sidecar/sidecar_metrics.h"

namespace rookery::sidecar {
namespace {

// Passes calls on with the sidecar's credentials, and at once tells of an upstream that is away.
class PassingClient final : public rpc::GenericClient {
 public:
  explicit PassingClient(Upstream& upstream) : upstream_(upstream) {}

  rpc::Canceller Unary(const google::protobuf::MethodDescriptor& method,
                       const rpc::CallOptions& options, const google::protobuf::Message& request,
                       google::protobuf::Message* response,
                       std::function<void(Status)> done) override {
    if (!upstream_.away()) {
      return upstream_.Unary(method, options, request, response, std::move(done));
    }
    done(UpstreamIsAway());
    return rpc::Canceller();
  }
  std::unique_ptr<rpc::ClientStream> Stream(const google::protobuf::MethodDescriptor& method,
                                            const rpc::CallOptions& options) override {
    return upstream_.Stream(method, options);
  }

 private:
  Upstream& upstream_;
};

}  // namespace

struct Sidecar::Parts {
  explicit Parts(SidecarOptions options) : options(std::move(options)) {}

  Status OpenUpstreams();
  Status Listen();
  StatusOr<std::unique_ptr<gateway::Front>> Front(const std::string& address,
                                                  std::shared_ptr<const tls::ServerIdentity> tls);
  StatusOr<std::unique_ptr<gateway::Front>> Front(gateway::FrontOptions front);

  const SidecarOptions options;
  metrics::Registry metrics;
  std::unique_ptr<TokenFile> token;
  std::unique_ptr<Journal> journal;
  std::unique_ptr<Upstream> tracking;
  std::unique_ptr<Upstream> registry;
  std::unique_ptr<Upstream> artifacts;
  std::unique_ptr<Forwarder> forwarder;
  gateway::Front::Clients clients;
  std::unique_ptr<Admin> admin;
  std::unique_ptr<gateway::Front> http;
  std::unique_ptr<gateway::Front> http_unix;
  std::unique_ptr<gateway::Front> https;
  std::unique_ptr<WorkerCloud> cloud;
  std::unique_ptr<Ingest> ingest;
  std::unique_ptr<GrpcFront> grpc;
};

Status Sidecar::Parts::OpenUpstreams() {
  ASSIGN_OR_RETURN(token, TokenFile::Open(options.token_file));
  const auto open = [&](const std::string& uri) -> StatusOr<std::unique_ptr<Upstream>> {
    ASSIGN_OR_RETURN(auto client, Connect(uri.empty() ? options.upstream : uri, options.tls));
    return std::make_unique<Upstream>(std::move(client), [this] { return token->Header(); });
  };
  ASSIGN_OR_RETURN(tracking, open(options.upstream));
  ASSIGN_OR_RETURN(registry, open(options.upstream_registry));
  ASSIGN_OR_RETURN(artifacts, open(options.upstream_artifacts));
  return absl::OkStatus();
}

StatusOr<std::unique_ptr<gateway::Front>> Sidecar::Parts::Front(
    const std::string& address, std::shared_ptr<const tls::ServerIdentity> tls) {
  ASSIGN_OR_RETURN(const HostPort parsed, ParseHostPort(address));
  gateway::FrontOptions front;
  front.host = parsed.host;
  front.port = parsed.port;
  front.tls = std::move(tls);
  return Front(std::move(front));
}

StatusOr<std::unique_ptr<gateway::Front>> Sidecar::Parts::Front(gateway::FrontOptions front) {
  front.blob_url = options.azure.blob_url;
  front.azure_subscriptions = options.azure.subscriptions;
  return gateway::Front::Listen(clients, front, nullptr, &metrics, nullptr);
}

Status Sidecar::Parts::Listen() {
  clients.tracking = std::make_shared<SpoolingClient>(*tracking, *forwarder, *journal,
                                                      Clock::Real(), options.patience, &metrics);
  clients.metrics = std::make_shared<PassingClient>(*tracking);
  clients.registry = std::make_shared<PassingClient>(*registry);
  clients.artifacts = std::make_shared<PassingClient>(*artifacts);
  if (!options.metrics.empty()) {
    ASSIGN_OR_RETURN(admin, Admin::Listen(options.metrics, *journal, *forwarder, metrics));
  }
  if (!options.http.empty()) {
    ASSIGN_OR_RETURN(http, Front(options.http, nullptr));
  }
  if (!options.http_unix.empty()) {
    gateway::FrontOptions front;
    front.unix_path = options.http_unix;
    ASSIGN_OR_RETURN(http_unix, Front(std::move(front)));
  }
  if (!options.grpc.empty()) {
    ingest = std::make_unique<Ingest>(*journal, *forwarder, options.patience.run_end, &metrics);
    ASSIGN_OR_RETURN(grpc, GrpcFront::Listen(options.grpc, *ingest, *tracking, &metrics));
  }
  if (options.https.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(auto identity, tls::ServerIdentity::Open(options.https_files));
  ASSIGN_OR_RETURN(https, Front(options.https, std::move(identity)));
  if (options.identity.empty()) return absl::OkStatus();
  loopback_cloud::Cloud description;
  description.name = options.azure.cloud;
  description.gateway = JoinHostPort(options.azure.https_name, https->port());
  description.storage_suffix =
      options.azure.storage_suffix.empty() ? description.gateway : options.azure.storage_suffix;
  ASSIGN_OR_RETURN(cloud,
                   WorkerCloud::Listen(options.identity, description, *token, Clock::Real()));
  return absl::OkStatus();
}

StatusOr<std::unique_ptr<Sidecar>> Sidecar::Start(const SidecarOptions& options) {
  // Made first, so that its destructor stops what was started before an error.
  std::unique_ptr<Sidecar> sidecar(new Sidecar(std::make_unique<Parts>(options)));
  Parts& parts = *sidecar->parts_;
  metrics::AddProcess(parts.metrics);
  RETURN_IF_ERROR(MustBeAmongFriends(options));
  RETURN_IF_ERROR(parts.OpenUpstreams());
  spool::Options spool = options.spool;
  spool.metrics = &parts.metrics;
  ASSIGN_OR_RETURN(parts.journal, Journal::Open(spool::FileSystem::Posix(), Clock::Real(), spool));
  parts.forwarder = std::make_unique<Forwarder>(*parts.journal, *parts.tracking,
                                                QuarantinePath(options.spool.folder),
                                                &parts.metrics, Clock::Real());
  AddSidecarMetrics(&parts.metrics, parts.journal->spool(), *parts.forwarder, *parts.tracking);
  RETURN_IF_ERROR(parts.Listen());
  return sidecar;
}

Sidecar::Sidecar(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Sidecar::~Sidecar() { Stop(absl::ZeroDuration()); }

std::string Sidecar::Announcement() const {
  const Parts& parts = *parts_;
  const std::string identity =
      parts.cloud ? fmt::format(", Azure's clients served at {}", parts.cloud->url()) : "";
  std::vector<std::string> faces;
  if (parts.http) faces.push_back(parts.http->url());
  if (parts.http_unix) faces.push_back(parts.http_unix->url());
  if (parts.https) faces.push_back(parts.https->url());
  if (parts.grpc) faces.push_back("gRPC " + parts.grpc->address());
  return fmt::format("rookery-sidecar {} listening on {}{}{}, spool in {}, upstream {}", kVersion,
                     fmt::join(faces, " and "),
                     parts.admin ? fmt::format(" (probes {})", parts.admin->url()) : "", identity,
                     parts.options.spool.folder, parts.options.upstream);
}

Status Sidecar::Flush(absl::Duration patience) {
  absl::Notification flushed;
  Status outcome;
  parts_->forwarder->Flush(patience, [&](const Status& status) {
    outcome = status;
    flushed.Notify();
  });
  flushed.WaitForNotification();
  return outcome;
}

void Sidecar::Stop(absl::Duration grace) {
  Parts& parts = *parts_;
  const SteadyTime begun = SteadyNow();
  const auto left = [&] { return std::max(grace - Since(begun), absl::ZeroDuration()); };
  if (parts.http) parts.http->Shutdown(left());
  if (parts.http_unix) parts.http_unix->Shutdown(left());
  if (parts.https) parts.https->Shutdown(left());
  if (parts.cloud) parts.cloud->Shutdown(absl::ZeroDuration());
  if (parts.grpc) parts.grpc->Shutdown(left());
  if (parts.forwarder && left() > absl::ZeroDuration()) {
    // What could not be sent is for the next start.
    (void)Flush(left());
  }
  parts.http.reset();
  parts.http_unix.reset();
  parts.https.reset();
  parts.cloud.reset();
  parts.grpc.reset();
  parts.admin.reset();
  parts.clients = {};
  parts.forwarder.reset();
}

}  // namespace rookery::sidecar
