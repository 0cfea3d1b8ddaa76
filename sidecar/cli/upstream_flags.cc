#include "sidecar/cli/commands.h"

namespace rookery::sidecar {

void AddUpstreamFlags(CLI::App& command, SidecarOptions* options) {
  command
      .add_option("--upstream", options->upstream,
                  "Where to forward to: rookery://host:port is a Rookery server's gRPC, "
                  "rookerys://host:port the same over TLS")
      ->required();
  command.add_option("--upstream-registry", options->upstream_registry,
                     "The registry service, if it has an address of its own");
  command.add_option("--upstream-artifacts", options->upstream_artifacts,
                     "The artifact service, if it has an address of its own");
  command.add_option("--upstream-ca", options->tls.files.ca,
                     "Authorities (PEM) to trust instead of the system's, for rookerys://");
  command.add_option("--upstream-cert", options->tls.files.certificates,
                     "Certificate (PEM) to show to the upstream");
  command.add_option("--upstream-key", options->tls.files.key, "Its key (PEM)");
  command.add_option("--upstream-server-name", options->tls.server_name,
                     "The name that the upstream's certificate must hold, if it is not the host's");
  command.add_option("--upstream-token-file", options->token_file,
                     "A file with the bearer token to show; without it the callers' own are passed "
                     "on, and what was spooled goes without one");
}

}  // namespace rookery::sidecar
