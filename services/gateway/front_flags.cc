#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "services/gateway/front.h"

namespace rookery::gateway {

void AddFrontFlags(CLI::App& command, FrontOptions* options) {
  command.add_option("--host", options->host, "Address to listen on")
      ->capture_default_str()
      ->envname("ROOKERY_HTTP_HOST");
  // Not ROOKERY_PORT: Kubernetes sets that, as tcp://..., for a Service that is named rookery.
  command.add_option("-p,--port", options->port, "HTTP port; 0 has one chosen and printed")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str()
      ->envname("ROOKERY_HTTP_PORT");
  command
      .add_flag("--serve-artifacts,!--no-serve-artifacts", options->serve_artifacts,
                "Pass artifacts on, or leave them to the clients")
      ->default_str("true");
  command
      .add_option("--allowed-hosts", options->allowed_hosts,
                  "Names by which clients may call this server, beside localhost and IP addresses; "
                  "separated by commas, * for any text")
      ->delimiter(',');
  command
      .add_option(
          "--cors-allowed-origins", options->cors_allowed_origins,
          "Origins whose web pages may write, beside this server's own; separated by commas")
      ->delimiter(',');
  command.add_option("--blob-url", options->blob_url,
                     "Where clients find the data plane of signed URLs, if it is not this server: "
                     "https://host:port, or https://account.blob.name; {host} stands for the name "
                     "by which the client called this server");
  command.add_option("--mlflow-ui", options->mlflow_ui,
                     "Serve MLflow's web UI from this folder, the mlflow/server/js/build of an "
                     "installed mlflow");
  command
      .add_option(
          "--azure-subscriptions", options->azure_subscriptions,
          "Subscriptions of which Azure ML's SDK v1 is told: it takes workspaces of no other; "
          "separated by commas")
      ->delimiter(',')
      ->capture_default_str();
}

}  // namespace rookery::gateway
