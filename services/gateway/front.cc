#include "services/gateway/front.h"

#include <utility>

#include "libs/base/host_port.h"
#include "libs/http/tls_metrics.h"
#include "services/gateway/services.h"

namespace rookery::gateway {
namespace {

constexpr char kArtifactsAreNotServed[] =
    "This server was started with --no-serve-artifacts: it does not pass artifacts on. Start it "
    "with --serve-artifacts, or give clients direct access to the artifact root.";

}  // namespace

StatusOr<std::shared_ptr<const WebUi>> OpenWebUi(const FrontOptions& options) {
  if (options.mlflow_ui.empty()) return nullptr;
  return WebUi::Open(options.mlflow_ui);
}

StatusOr<std::unique_ptr<Front>> Front::Listen(const Clients& clients, const FrontOptions& options,
                                               std::shared_ptr<const WebUi> web_ui,
                                               metrics::Registry* metrics, rpc::Callers* callers) {
  Backends backends;
  backends.Add(TrackingServices(), clients.tracking);
  backends.Add(MetricServices(), clients.metrics);
  backends.Add(RegistryServices(), clients.registry);
  backends.Add(ArtifactServices(), clients.artifacts, kArtifactsAreNotServed);
  GatewayOptions gateway_options;
  gateway_options.own_routes.serves_artifacts = clients.artifacts != nullptr;
  gateway_options.metrics = metrics;
  gateway_options.callers = callers;
  gateway_options.web_ui = std::move(web_ui);
  gateway_options.blobs = clients.blobs;
  ASSIGN_OR_RETURN(
      gateway_options.blob_urls,
      BlobUrls::Create({options.blob_url, options.tls != nullptr, clients.blobs.takes != nullptr}));
  gateway_options.azure_subscriptions = options.azure_subscriptions;
  gateway_options.browsers = {options.allowed_hosts, options.cors_allowed_origins};
  ASSIGN_OR_RETURN(auto gateway, Gateway::Create(std::move(backends), gateway_options));
  std::unique_ptr<Front> front(new Front(std::move(gateway), options));
  http::ServerOptions http_options;
  http_options.host = options.host;
  http_options.unix_path = options.unix_path;
  http_options.tls = options.tls;
  http_options.metrics = metrics;
  if (metrics != nullptr) http::AddTlsMetrics(metrics, options.tls);
  http_options.port = static_cast<uint16_t>(options.port);
  ASSIGN_OR_RETURN(
      front->server_,
      http::Server::Listen(http_options, [&gateway = *front->gateway_](http::Exchange& exchange) {
        return gateway.Handle(exchange);
      }));
  return front;
}

std::string Front::url() const {
  if (!unix_path_.empty()) return "unix:" + unix_path_;
  return scheme_ + "://" + JoinHostPort(host_, server_->port());
}

}  // namespace rookery::gateway
