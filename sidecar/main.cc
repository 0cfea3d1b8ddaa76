// `rookery-sidecar`: beside every worker.
#include <fmt/format.h>

#include <string>

#include "libs/base/version.h"
#include "libs/program/duration_flag.h"
#include "libs/program/program.h"
#include "libs/rpc/channel.h"
#include "sidecar/cli/commands.h"
#include "sidecar/sidecar.h"

namespace {

using rookery::Status;
namespace program = rookery::program;
namespace sidecar = rookery::sidecar;

Status Serve(program::Lifetime& lifetime, const sidecar::SidecarOptions& options) {
  ASSIGN_OR_RETURN(const auto running, sidecar::Sidecar::Start(options));
  lifetime.ServeUntilStopped(running->Announcement(),
                             [&](absl::Duration grace) { running->Stop(grace); });
  return absl::OkStatus();
}

void AddAzure(CLI::App& command, sidecar::SidecarOptions* options) {
  command.add_option(
      "--identity", options->identity,
      "Serve what Azure's clients take from the loopback (their cloud, which is "
      "--https, and the token of --upstream-token-file) here; ARM_CLOUD_METADATA_URL="
      "http://host:port/metadata/endpoints, MSI_ENDPOINT=http://host:port/msi");
  command.add_option("--cloud", options->azure.cloud, "That cloud's name: AZUREML_CURRENT_CLOUD")
      ->capture_default_str();
  command
      .add_option("--https-name", options->azure.https_name,
                  "The name by which Azure's clients call --https; its certificate's")
      ->capture_default_str();
  command.add_option("--storage-suffix", options->azure.storage_suffix,
                     "host:port that follows `{account}.blob.` in the URLs of artifacts; by "
                     "default the name and port of --https");
  command.add_option("--blob-url", options->azure.blob_url,
                     "The artifact service's data plane, to which large files go past the "
                     "sidecar: https://account.blob.name:port");
  command
      .add_option("--azure-subscriptions", options->azure.subscriptions,
                  "Subscriptions of which Azure ML's SDK v1 is told; separated by commas")
      ->delimiter(',')
      ->capture_default_str();
}

void AddRun(program::Program& program, sidecar::SidecarOptions* options) {
  CLI::App& command = *program.app().add_subcommand(
      "run", "Take writes on the loopback, keep them safe, and forward them");
  command.add_option("--spool", options->spool.folder, "Folder for what is not upstream yet")
      ->required();
  command
      .add_option("--spool-max", options->spool.max_bytes,
                  "What the folder may take: 67108864, 64MiB, 1GiB ...")
      ->transform(CLI::AsSizeValue(false))
      ->capture_default_str();
  program::AddDuration(command, "--retention", &options->spool.retention,
                       "How long what is upstream is kept, while there is room, in case the "
                       "upstream is restored from a backup");
  command.add_flag("--adopt", options->spool.adopt,
                   "Take over a folder that was copied or moved here from another place");
  command
      .add_option("--http", options->http,
                  "Serve MLflow's REST API here; MLFLOW_TRACKING_URI=http://host:port")
      ->capture_default_str();
  command.add_option("--http-unix", options->http_unix,
                     "Serve it at this Unix socket, too, for the owner and his group");
  command.add_option("--https", options->https, "Serve it over TLS, and Azure ML's paths, here");
  command.add_option("--https-cert", options->https_files.certificates,
                     "Certificate chain (PEM) for --https");
  command.add_option("--https-key", options->https_files.key, "Its key (PEM)");
  command.add_option("--grpc", options->grpc,
                     "Serve the ingest service of Rookery's gRPC here: host:port, or unix:/path");
  command
      .add_option("--metrics", options->metrics,
                  "Serve /metrics, /livez, /readyz, /startupz, /drain and /flush here")
      ->capture_default_str();
  command.add_flag("--insecure-allow-unauthenticated", options->insecure_allow_unauthenticated,
                   "Let --http, --https and --grpc serve other machines: whoever reaches them "
                   "writes and reads with this sidecar's token");
  sidecar::AddUpstreamFlags(command, options);
  AddAzure(command, options);
  command.set_config("--config", "",
                     "A file with a line for each flag: spool = \"/var/spool\" ...");
  program.OnServe(command, [=](auto& lifetime) { return Serve(lifetime, *options); });
}

}  // namespace

// CLI11 throws where a flag is made that cannot be: our own mistake, which ends the first start.
// NOLINTNEXTLINE(bugprone-exception-escape)
int main(int argc, char** argv) {
  // glibc's own resolver does not work in a static program.
  rookery::rpc::ResolveNamesWithCares();
  program::Program program(
      "rookery-sidecar",
      "Rookery's sidecar: takes MLflow's writes on the loopback, answers them when they are safe "
      "on "
      "disk, and forwards them exactly once.\n"
      "Start with `rookery-sidecar run --spool DIR --upstream rookery://host:port`, then point "
      "MLFLOW_TRACKING_URI at the address that it prints.");
  program.app().require_subcommand(1);
  sidecar::SidecarOptions options;
  AddRun(program, &options);
  int exit_code = 0;
  sidecar::AddInspect(program);
  sidecar::AddVerify(program, &exit_code);
  sidecar::AddQuarantine(program, &exit_code);
  sidecar::AddDrain(program, &exit_code);
  sidecar::AddAdopt(program);
  const int ran = program.Run(argc, argv);
  return ran == 0 ? exit_code : ran;
}
