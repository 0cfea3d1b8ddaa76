// `rookery`: everything in one process, and what looks after its database.
#include <fmt/format.h>

#include "libs/base/version.h"
#include "libs/program/flags.h"
#include "libs/program/program.h"
#include "libs/program/tls_flags.h"
#include "services/standalone/db_upgrade.h"
#include "services/standalone/devcloud/command.h"
#include "services/standalone/suite.h"

namespace {

using rookery::Status;
namespace program = rookery::program;
namespace standalone = rookery::standalone;

Status Serve(program::Lifetime& lifetime, standalone::ServerOptions options,
             const rookery::tls::ServerFiles& tls) {
  ASSIGN_OR_RETURN(options.front.tls, program::OpenServerTls(tls));
  ASSIGN_OR_RETURN(const auto suite, standalone::Suite::Start(options));
  lifetime.ServeUntilStopped(suite->Announcement(),
                             [&](absl::Duration grace) { suite->Stop(grace); });
  return absl::OkStatus();
}

void AddServer(program::Program& program, standalone::ServerOptions* options,
               rookery::tls::ServerFiles* tls) {
  CLI::App& command = *program.app().add_subcommand("server", "Serve everything from this process");
  rookery::gateway::AddFrontFlags(command, &options->front);
  command
      .add_option("--grpc-port", options->grpc_port,
                  "Serve gRPC too (all services and reflection), on this port; 0 has one chosen")
      ->check(CLI::Range(0, 65535));
  program::AddServerTls(command, tls);
  program::AddBackendStoreUri(command, &options->backend_store_uri);
  program::AddArtifactsDestination(command, &options->artifacts_destination);
  program::AddDefaultArtifactRoot(command, &options->default_artifact_root);
  program.OnServe(command, [=](auto& lifetime) { return Serve(lifetime, *options, *tls); });
}

void AddDbUpgrade(program::Program& program, std::string* uri) {
  CLI::App& db = *program.app().add_subcommand("db", "Look after a database");
  db.require_subcommand(1);
  CLI::App& command =
      *db.add_subcommand("upgrade", "Bring a database to the schema of this program");
  command.add_option("uri", *uri, "sqlite:///file or postgresql://...")->required();
  program.OnRun(command, [=] { return standalone::UpgradeDatabase(*uri); });
}

void AddVersion(program::Program& program) {
  CLI::App& command = *program.app().add_subcommand("version", "Print the version of Rookery");
  program.OnRun(command, [] {
    fmt::print("rookery {}\n", rookery::kVersion);
    return absl::OkStatus();
  });
}

}  // namespace

int main(int argc, char** argv) {
  program::Program program(
      "rookery",
      "Rookery keeps what machine-learning runs produce, behind MLflow's API.\n"
      "Start with `rookery server`, then point MLFLOW_TRACKING_URI at the address that it prints.");
  program.app().require_subcommand(1);
  standalone::ServerOptions options;
  rookery::tls::ServerFiles tls;
  std::string uri;
  rookery::devcloud::Flags devcloud;
  AddServer(program, &options, &tls);
  AddDbUpgrade(program, &uri);
  rookery::devcloud::AddCommand(program, &devcloud);
  AddVersion(program);
  return program.Run(argc, argv);
}
