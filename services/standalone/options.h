// What `rookery server` can be told.
#pragma once

#include <absl/time/time.h>

#include <optional>
#include <string>

#include "libs/tokens/verifier.h"
#include "services/gateway/front.h"

namespace rookery::standalone {

// The flags carry the names, and mean what they mean, of `mlflow server`.
struct ServerOptions {
  gateway::FrontOptions front;
  // Says who calls, over HTTP and gRPC; null: nobody is asked. Outlives the suite.
  tokens::Verifier* tokens = nullptr;
  // gRPC listens, on the same host, only if it is given; 0 has the system choose one.
  std::optional<int> grpc_port;
  std::string backend_store_uri = "sqlite:///rookery.db";
  // A folder, or a file: URI of one.
  std::string artifacts_destination = "./artifacts";
  // See artifact::ArtifactOptions.
  std::string url_signing_key;
  // Empty: `mlflow-artifacts:/` if artifacts are served.
  std::string default_artifact_root;
  // See tracking::TrackingOptions.
  absl::Duration run_end_grace = absl::Seconds(60);
  size_t run_cache_bytes = size_t{32} << 20;
};

}  // namespace rookery::standalone
