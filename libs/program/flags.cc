#include "libs/program/flags.h"

#include <fmt/format.h>

#include "libs/program/duration_flag.h"
#include "libs/program/tls_flags.h"

namespace rookery::program {

void AddBackendStoreUri(CLI::App& command, std::string* value) {
  command
      .add_option("--backend-store-uri", *value,
                  "Database: sqlite:///file, sqlite:////absolute/file or postgresql://...")
      ->capture_default_str();
}

void AddDefaultArtifactRoot(CLI::App& command, std::string* value) {
  command.add_option("--default-artifact-root", *value,
                     "Where clients put the artifacts of new experiments; by default through the "
                     "server, mlflow-artifacts:/");
}

void AddArtifactsDestination(CLI::App& command, std::string* value) {
  command
      .add_option("--artifacts-destination", *value,
                  "Folder for the artifacts that pass through this server")
      ->capture_default_str();
}

void AddUrlSigningKey(CLI::App& command, std::string* value) {
  command.add_option("--url-signing-key", *value,
                     "File with the key that signs URLs of artifacts: a line that `openssl rand "
                     "-base64 32` prints; further lines are keys from before. By default one is "
                     "made in --artifacts-destination");
}

void AddRunEndGrace(CLI::App& command, absl::Duration* value) {
  AddDuration(command, "--run-end-grace", value,
              "How long the end of a run to which several sidecars log waits for what the others "
              "still hold");
}

void AddRunCache(CLI::App& command, size_t* bytes) {
  command
      .add_option("--run-cache", *bytes,
                  "Memory for params, tags and latest metrics of runs that were read, for whoever "
                  "reads them again: 64MiB, 1GiB ...; 0 for none")
      ->transform(CLI::AsSizeValue(false))
      ->capture_default_str();
}

void AddGrpcAddresses(CLI::App& command, GrpcAddresses* value) {
  command
      .add_option("--listen", value->listen,
                  "host:port for gRPC (services, reflection, health); port 0 has one chosen")
      ->capture_default_str();
  command
      .add_option("--admin", value->admin,
                  "host:port for HTTP: /health, /ready, /metrics; port 0 has one chosen")
      ->capture_default_str();
  AddServerTls(command, &value->tls);
  AddTokens(command, &value->tokens);
}

void AddServiceAddress(CLI::App& command, const std::string& flag, const std::string& what,
                       std::string* value) {
  command
      .add_option(flag, *value,
                  fmt::format("Where the {} service is: host:port, dns:///name:port for all "
                              "replicas behind a name, or a list of ip:port",
                              what))
      ->capture_default_str();
}

}  // namespace rookery::program
