#include "services/standalone/devcloud/command.h"

#include <fmt/format.h>

#include "libs/base/clock.h"
#include "services/standalone/devcloud/devcloud.h"
#include "services/standalone/devcloud/environment.h"

namespace rookery::devcloud {
namespace {

constexpr char kDescription[] =
    "For development, not for production: give Azure's clients their cloud and their tokens from "
    "this machine's loopback, signed with keys of its own";
constexpr int kMaxPort = 65535;

Status Serve(program::Lifetime& lifetime, const Options& options) {
  ASSIGN_OR_RETURN(const auto devcloud, Devcloud::Start(options, Clock::Real()));
  lifetime.ServeUntilStopped(devcloud->Announcement(),
                             [&](absl::Duration grace) { devcloud->Stop(grace); });
  return absl::OkStatus();
}

Status PrintEnvironment(const Flags& flags) {
  if (flags.config) {
    fmt::print("{}", ConfigJson(flags.workspace));
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::string lines, Environment(flags.options));
  fmt::print("{}", lines);
  return absl::OkStatus();
}

// What serving and telling of it must agree on.
void AddPlace(CLI::App& command, Options* options) {
  command
      .add_option("--gateway", options->gateway,
                  "host:port of the gateway, as clients are to call it")
      ->capture_default_str();
  command.add_option("--port", options->port, "Port on the loopback; 0 has one chosen")
      ->check(CLI::Range(0, kMaxPort))
      // ROOKERY_PORT is the gateway's.
      ->envname("ROOKERY_DEVCLOUD_PORT")
      ->capture_default_str();
  command
      .add_option("--state-dir", options->state_dir,
                  "Folder for the signing key, the certificate authority and the gateway's "
                  "certificate, which are made on first use")
      ->capture_default_str();
  command.add_option(
      "--storage-suffix", options->storage_suffix,
      "host:port that follows `{account}.blob.` in the URLs of artifacts; by default "
      "the gateway's");
}

void AddBearer(CLI::App& command, Options* options) {
  command.add_option("--tenant", options->tenant, "Tenant that the tokens name")
      ->capture_default_str();
  command.add_option("--app", options->app, "App that the tokens name")->capture_default_str();
  command.add_option("--object", options->object, "Object id of the tokens' bearer")
      ->capture_default_str();
}

void AddWorkspace(CLI::App& command, Flags* flags) {
  command.add_flag("--config", flags->config, "Print a config.json for the workspace instead");
  command.add_option("--subscription-id", flags->workspace.subscription_id, "For config.json")
      ->capture_default_str();
  command.add_option("--resource-group", flags->workspace.resource_group, "For config.json")
      ->capture_default_str();
  command.add_option("--workspace-name", flags->workspace.workspace_name, "For config.json")
      ->capture_default_str();
}

}  // namespace

void AddCommand(program::Program& program, Flags* flags) {
  CLI::App& command = *program.app().add_subcommand("devcloud", kDescription);
  AddPlace(command, &flags->options);
  AddBearer(command, &flags->options);
  program.OnServe(command, [=](auto& lifetime) { return Serve(lifetime, flags->options); });
  CLI::App& env = *command.add_subcommand(
      "env", "Print the environment for clients of `rookery devcloud`, for a shell to read");
  AddPlace(env, &flags->options);
  AddWorkspace(env, flags);
  program.OnRun(env, [=] { return PrintEnvironment(*flags); });
}

}  // namespace rookery::devcloud
