// `rookery`: everything in one process, and what looks after its database.
#include <fmt/format.h>

#include "libs/base/version.h"
#include "libs/program/flags.h"
#include "libs/program/program.h"
#include "libs/program/tls_flags.h"
#include "libs/program/token_check.h"
#include "services/standalone/db_upgrade.h"
#include "services/standalone/devcloud/command.h"
#include "services/standalone/suite.h"
#include "services/standalone/workspace_command.h"

namespace {

using rookery::Status;
namespace program = rookery::program;
namespace standalone = rookery::standalone;

Status Serve(program::Lifetime& lifetime, standalone::ServerOptions options,
             const rookery::tls::ServerFiles& tls, const program::TokenFlags& tokens) {
  ASSIGN_OR_RETURN(options.front.tls, program::OpenServerTls(tls));
  ASSIGN_OR_RETURN(const auto check, program::TokenCheck::Open(
                                         tokens, program::ExposureOf("--host", options.front.host,
                                                                     options.front.tls)));
  if (check) options.tokens = &check->verifier();
  ASSIGN_OR_RETURN(const auto suite, standalone::Suite::Start(options));
  lifetime.ServeUntilStopped(suite->Announcement(),
                             [&](absl::Duration grace) { suite->Stop(grace); });
  return absl::OkStatus();
}

void AddServer(program::Program& program, standalone::ServerOptions* options,
               rookery::tls::ServerFiles* tls, program::TokenFlags* tokens) {
  CLI::App& command = *program.app().add_subcommand("server", "Serve everything from this process");
  rookery::gateway::AddFrontFlags(command, &options->front);
  command
      .add_option("--grpc-port", options->grpc_port,
                  "Serve gRPC too (all services and reflection), on this port; 0 has one chosen")
      ->check(CLI::Range(0, 65535));
  program::AddServerTls(command, tls);
  program::AddTokens(command, tokens);
  program::AddBackendStoreUri(command, &options->backend_store_uri);
  program::AddArtifactsDestination(command, &options->artifacts_destination);
  program::AddUrlSigningKey(command, &options->url_signing_key);
  program::AddDefaultArtifactRoot(command, &options->default_artifact_root);
  program::AddRunEndGrace(command, &options->run_end_grace);
  program::AddRunCache(command, &options->run_cache_bytes);
  program.OnServe(command,
                  [=](auto& lifetime) { return Serve(lifetime, *options, *tls, *tokens); });
}

void AddDbUpgrade(program::Program& program, std::string* uri) {
  CLI::App& db = *program.app().add_subcommand("db", "Look after a database");
  db.require_subcommand(1);
  CLI::App& command =
      *db.add_subcommand("upgrade", "Bring a database to the schema of this program");
  // By the variable of the flag, a password stays out of the process list.
  command
      .add_option("uri,--backend-store-uri", *uri,
                  "The database: sqlite:///file or postgresql://...")
      ->required();
  program.OnRun(command, [=] { return standalone::UpgradeDatabase(*uri); });
}

CLI::App& AddWorkspaceCommand(CLI::App& parent, const std::string& name,
                              const std::string& description,
                              standalone::WorkspaceOptions* options) {
  CLI::App& command = *parent.add_subcommand(name, description);
  program::AddBackendStoreUri(command, &options->backend_store_uri);
  return command;
}

void AddWorkspaceName(CLI::App& command, standalone::WorkspaceOptions* options) {
  command.add_option("name", options->name, "Name of the workspace")->required();
}

void AddAllow(CLI::App& command, standalone::WorkspaceOptions* options) {
  command
      .add_option("--allow", options->allow,
                  "Whose tokens may enter: tenant=...,app=...,oid=... or some of the three; may be "
                  "given several times")
      ->allow_extra_args(false);
}

void AddWorkspaceCreate(program::Program& program, CLI::App& parent,
                        standalone::WorkspaceOptions* options) {
  CLI::App& command = AddWorkspaceCommand(parent, "create", "Make a workspace", options);
  AddWorkspaceName(command, options);
  command.add_option("--subscription", options->subscription_id,
                     "Azure subscription in the workspace's paths");
  command.add_option("--resource-group", options->resource_group,
                     "Azure resource group in the workspace's paths");
  AddAllow(command, options);
  program.OnRun(command, [=] { return standalone::CreateWorkspace(*options); });
}

void AddWorkspaceAllow(program::Program& program, CLI::App& parent,
                       standalone::WorkspaceOptions* options) {
  CLI::App& command = AddWorkspaceCommand(
      parent, "allow",
      "Say anew whose tokens may enter a workspace. Without --allow nobody's may, and in `default` "
      "all that the server accepts",
      options);
  AddWorkspaceName(command, options);
  AddAllow(command, options);
  program.OnRun(command, [=] { return standalone::SetWorkspaceAllow(*options); });
}

void AddWorkspaceDelete(program::Program& program, CLI::App& parent,
                        standalone::WorkspaceOptions* options) {
  CLI::App& command =
      AddWorkspaceCommand(parent, "delete", "Remove a workspace that holds nothing", options);
  AddWorkspaceName(command, options);
  command.add_option("--registry-store-uri", options->registry_store_uri,
                     "The registry's database, if it is another one");
  command.add_flag("--force", options->force,
                   "Hide a workspace that holds something; `restore` brings it back");
  program.OnRun(command, [=] { return standalone::DeleteWorkspace(*options); });
}

void AddWorkspaces(program::Program& program, standalone::WorkspaceOptions* options) {
  CLI::App& parent = *program.app().add_subcommand(
      "workspace", "Make, list and delete workspaces, and say who may enter");
  parent.require_subcommand(1);
  AddWorkspaceCreate(program, parent, options);
  CLI::App& list = AddWorkspaceCommand(parent, "list", "List the workspaces", options);
  program.OnRun(list, [=] { return standalone::ListWorkspaces(*options); });
  AddWorkspaceAllow(program, parent, options);
  AddWorkspaceDelete(program, parent, options);
  CLI::App& restore = AddWorkspaceCommand(
      parent, "restore", "Bring back a workspace that was deleted by --force", options);
  AddWorkspaceName(restore, options);
  program.OnRun(restore, [=] { return standalone::RestoreWorkspace(*options); });
}

void AddVersion(program::Program& program) {
  CLI::App& command = *program.app().add_subcommand("version", "Print the version of Rookery");
  program.OnRun(command, [] {
    fmt::print("rookery {}\n", rookery::kVersion);
    return absl::OkStatus();
  });
}

}  // namespace

// CLI11 throws where a flag is made that cannot be: our own mistake, which ends the first start.
// NOLINTNEXTLINE(bugprone-exception-escape)
int main(int argc, char** argv) {
  program::Program program(
      "rookery",
      "Rookery keeps what machine-learning runs produce, behind MLflow's API.\n"
      "Start with `rookery server`, then point MLFLOW_TRACKING_URI at the address that it prints.");
  program.app().require_subcommand(1);
  standalone::ServerOptions options;
  rookery::tls::ServerFiles tls;
  program::TokenFlags tokens;
  std::string uri;
  rookery::devcloud::Flags devcloud;
  standalone::WorkspaceOptions workspace;
  AddServer(program, &options, &tls, &tokens);
  AddDbUpgrade(program, &uri);
  AddWorkspaces(program, &workspace);
  rookery::devcloud::AddCommand(program, &devcloud);
  AddVersion(program);
  return program.Run(argc, argv);
}
