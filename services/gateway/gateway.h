// The gateway's handler of HTTP requests.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/http/exchange.h"
#include "libs/rpc/callers.h"
#include "libs/transcode/route_table.h"
#include "services/gateway/access_log.h"
#include "services/gateway/azure/blob_urls.h"
#include "services/gateway/azure/mount.h"
#include "services/gateway/backends.h"
#include "services/gateway/blob_plane.h"
#include "services/gateway/browser_guard.h"
#include "services/gateway/own_routes.h"
#include "services/gateway/ui/web_ui.h"

namespace rookery::gateway {

struct GatewayOptions {
  // Larger JSON bodies are refused with 413.
  uint64_t max_json_bytes = 32 << 20;
  // How long a unary call may take: MLflow's clients wait for two minutes.
  absl::Duration call_timeout = absl::Seconds(110);
  OwnRouteOptions own_routes;
  // Counts the requests, and is what GET /metrics shows. May be null; outlives the gateway.
  metrics::Registry* metrics = nullptr;
  BrowserGuard::Options browsers;
  // Null: none is served.
  std::shared_ptr<const WebUi> web_ui;
  BlobPlane blobs;
  BlobUrls blob_urls;
  // See FrontOptions.
  std::vector<std::string> azure_subscriptions;
  // Says who calls; null: nobody is asked. Outlives the gateway.
  rpc::Callers* callers = nullptr;
};

// Thread-safe.
class Gateway {
 public:
  // INVALID_ARGUMENT: the annotations of the services contradict each other.
  static StatusOr<std::unique_ptr<Gateway>> Create(Backends backends, GatewayOptions options);

  // Answers one request, whatever happens.
  http::asio::awaitable<void> Handle(http::Exchange& exchange) const;

 private:
  Gateway(Backends backends, GatewayOptions options, transcode::RouteTable routes)
      : backends_(std::move(backends)),
        options_(std::move(options)),
        guard_(options_.browsers),
        routes_(std::move(routes)),
        log_(options_.metrics, routes_, OwnRoutePaths()) {}

  // `exchange` has the path that is looked up: under a mount, what follows it.
  http::asio::awaitable<Status> Route(http::Exchange& exchange, const std::optional<Mount>& mount,
                                      const CallContext& call, AccessRecord& record) const;
  // Who calls, unless anybody may ask this. UNAUTHENTICATED, UNAVAILABLE: as rpc::Callers. Before
  // anything of the body is read.
  http::asio::awaitable<Status> CheckCaller(const http::RequestHead& request,
                                            const CallContext& call) const;
  // The file of the web UI that the request means; null if there is none.
  const StaticFile* FindFile(const http::RequestHead& request) const;
  http::asio::awaitable<Status> AnswerUnrouted(http::Exchange& exchange,
                                               const std::optional<Mount>& mount,
                                               const transcode::RouteMatch& match,
                                               const CallContext& call) const;

  const Backends backends_;
  const GatewayOptions options_;
  const BrowserGuard guard_;
  const transcode::RouteTable routes_;
  const AccessLog log_;
};

}  // namespace rookery::gateway
