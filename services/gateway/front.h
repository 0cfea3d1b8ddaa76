// The gateway on its HTTP address.
#pragma once

#include <absl/time/time.h>

#include <memory>
#include <string>
#include <vector>

#include "libs/base/status.h"
#include "libs/http/server.h"
#include "libs/tls/server_identity.h"
#include "services/gateway/gateway.h"
#include "services/gateway/ui/web_ui.h"

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11 is named so.
class App;
}

namespace rookery::gateway {

struct FrontOptions {
  std::string host = "127.0.0.1";
  // 0 has the system choose one.
  int port = 5000;
  // A Unix socket, which is served instead if it is not empty.
  std::string unix_path;
  // Serves HTTPS with these; null: plain HTTP.
  std::shared_ptr<const tls::ServerIdentity> tls;
  bool serve_artifacts = true;
  // See BrowserGuard.
  std::vector<std::string> allowed_hosts;
  std::vector<std::string> cors_allowed_origins;
  // The folder of a build of MLflow's web UI; empty: none is served.
  std::string mlflow_ui;
  // Where clients find the data plane of the artifact service; empty: here, if it is served here.
  std::string blob_url;
  // What SDK v1 of Azure ML is told that there is. `rookery devcloud env --config` names the first.
  std::vector<std::string> azure_subscriptions = {"00000000-0000-0000-0000-000000000000"};
};

// The web UI that the options name; null for none. INVALID_ARGUMENT as WebUi::Open. Read before
// anything else is begun, so that a wrong folder leaves no trace.
StatusOr<std::shared_ptr<const WebUi>> OpenWebUi(const FrontOptions& options);

// Adds a flag for each of the options but `tls`, named as `mlflow server` names them.
void AddFrontFlags(CLI::App& command, FrontOptions* options);

// Serves from Listen until Shutdown or its end. Used by one thread.
class Front {
 public:
  // `artifacts` may be null: their routes are 503 then, as they are with --no-serve-artifacts.
  struct Clients {
    std::shared_ptr<rpc::GenericClient> tracking;
    // The tracking service's too, over a channel that is fit for streams.
    std::shared_ptr<rpc::GenericClient> metrics;
    std::shared_ptr<rpc::GenericClient> registry;
    std::shared_ptr<rpc::GenericClient> artifacts;
    // If the data plane is in this process.
    BlobPlane blobs;
  };

  // `web_ui` may be null. `metrics` counts what is served, is shown at /metrics, and outlives
  // this; it may be null. So does `callers`, which says who calls; null: nobody is asked.
  // UNAVAILABLE: the address cannot be listened on.
  static StatusOr<std::unique_ptr<Front>> Listen(const Clients& clients,
                                                 const FrontOptions& options,
                                                 std::shared_ptr<const WebUi> web_ui,
                                                 metrics::Registry* metrics, rpc::Callers* callers);

  // For example http://127.0.0.1:5000, or unix:/run/rookery.sock.
  std::string url() const;
  uint16_t port() const { return server_->port(); }

  // Answers new requests with 503, lets those in flight finish for `grace`, and ends.
  void Shutdown(absl::Duration grace) { server_->Shutdown(grace); }

 private:
  Front(std::unique_ptr<Gateway> gateway, const FrontOptions& options)
      : gateway_(std::move(gateway)),
        scheme_(options.tls ? "https" : "http"),
        host_(options.host),
        unix_path_(options.unix_path) {}

  const std::unique_ptr<Gateway> gateway_;
  const std::string scheme_;
  const std::string host_;
  const std::string unix_path_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace rookery::gateway
