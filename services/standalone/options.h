// What `rookery server` can be told.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/base/status.h"

namespace rookery::standalone {

// The flags carry the names, and mean what they mean, of `mlflow server`.
struct ServerOptions {
  std::string host = "127.0.0.1";
  // 0 has the system choose one.
  int port = 5000;
  // gRPC listens only if it is given; 0 has the system choose one.
  std::optional<int> grpc_port;
  std::string backend_store_uri = "sqlite:///rookery.db";
  // A folder, or a file: URI of one.
  std::string artifacts_destination = "./artifacts";
  // Empty: `mlflow-artifacts:/` if artifacts are served.
  std::string default_artifact_root;
  bool serve_artifacts = true;
  // See gateway::BrowserGuard.
  std::vector<std::string> allowed_hosts;
  std::vector<std::string> cors_allowed_origins;
  // The folder of a build of MLflow's web UI; empty: none is served.
  std::string mlflow_ui;
};

// The folder that `destination` names. INVALID_ARGUMENT: it names none.
StatusOr<std::string> ArtifactFolder(const std::string& destination);

// Where clients put artifacts of experiments that name no location.
std::string ArtifactRoot(const ServerOptions& options);

}  // namespace rookery::standalone
