#include "services/standalone/commands.h"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "libs/base/log.h"
#include "libs/base/version.h"
#include "services/standalone/db_upgrade.h"
#include "services/standalone/serve.h"

namespace rookery::standalone {
namespace {

int Report(const Status& status) {
  if (status.ok()) return 0;
  fmt::print(stderr, "rookery: {}\n", std::string(status.message()));
  return kUsageError;
}

// Logging is set up when the command begins, so that the default holds for commands that do not
// say a level.
void AddLogLevel(CLI::App* command, std::string* level) {
  command->add_option("--log-level", *level, "What to log on stderr, and what is worse")
      ->check(CLI::IsMember({"trace", "debug", "info", "warning", "error"}))
      ->capture_default_str();
}

void AddServer(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<ServerOptions>();
  CLI::App* command = app.add_subcommand("server", "Serve everything from this process");
  command->add_option("--host", options->host, "Address to listen on")->capture_default_str();
  command->add_option("-p,--port", options->port, "HTTP port; 0 has one chosen and printed")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  command
      ->add_option("--grpc-port", options->grpc_port,
                   "Serve gRPC too (all services and reflection), on this port; 0 has one chosen")
      ->check(CLI::Range(0, 65535));
  command
      ->add_option("--backend-store-uri", options->backend_store_uri,
                   "Database: sqlite:///file, sqlite:////absolute/file or postgresql://...")
      ->capture_default_str();
  command
      ->add_option("--artifacts-destination", options->artifacts_destination,
                   "Folder for the artifacts that pass through this server")
      ->capture_default_str();
  command->add_option("--default-artifact-root", options->default_artifact_root,
                      "Where clients put the artifacts of new experiments; by default through this "
                      "server, mlflow-artifacts:/");
  command
      ->add_flag("--serve-artifacts,!--no-serve-artifacts", options->serve_artifacts,
                 "Serve artifacts from --artifacts-destination, or leave them to the clients")
      ->default_str("true");
  command
      ->add_option(
          "--allowed-hosts", options->allowed_hosts,
          "Names by which clients may call this server, beside localhost and IP addresses; "
          "separated by commas, * for any text")
      ->delimiter(',');
  command
      ->add_option(
          "--cors-allowed-origins", options->cors_allowed_origins,
          "Origins whose web pages may write, beside this server's own; separated by commas")
      ->delimiter(',');
  command->add_option("--mlflow-ui", options->mlflow_ui,
                      "Serve MLflow's web UI from this folder, the mlflow/server/js/build of an "
                      "installed mlflow");
  auto log_level = std::make_shared<std::string>("info");
  AddLogLevel(command, log_level.get());
  command->callback([options, log_level, &exit_code] {
    SetUpLogging(*log_level);
    exit_code = Report(Serve(*options));
  });
}

void AddDbUpgrade(CLI::App& app, int& exit_code) {
  CLI::App* db = app.add_subcommand("db", "Look after a database");
  db->require_subcommand(1);
  auto uri = std::make_shared<std::string>();
  CLI::App* command =
      db->add_subcommand("upgrade", "Bring a database to the schema of this program");
  command->add_option("uri", *uri, "sqlite:///file or postgresql://...")->required();
  auto log_level = std::make_shared<std::string>("info");
  AddLogLevel(command, log_level.get());
  command->callback([uri, log_level, &exit_code] {
    SetUpLogging(*log_level);
    exit_code = Report(UpgradeDatabase(*uri));
  });
}

}  // namespace

void AddCommands(CLI::App& app, int& exit_code) {
  AddServer(app, exit_code);
  AddDbUpgrade(app, exit_code);
  app.add_subcommand("version", "Print the version of Rookery")->callback([] {
    fmt::print("rookery {}\n", kVersion);
  });
}

}  // namespace rookery::standalone
