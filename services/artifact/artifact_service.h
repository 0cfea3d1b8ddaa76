// rookery.artifact.v1.ArtifactService over gRPC.
#pragma once

#include <string>

#include "libs/metrics/registry.h"
#include "libs/rpc/call_log.h"
#include "libs/rpc/executor.h"
#include "libs/rpc/service.h"
#include "libs/rpc/unary.h"
#include "services/artifact/domain/artifacts.h"
#include "services/artifact/domain/multipart_uploads.h"
#include "services/artifact/domain/url_signer.h"
#include "services/artifact/store/blob_store.h"
#include "services/artifact/stream_parts.h"

namespace rookery::artifact {

struct ArtifactOptions {
  // The file of the SigningKeys. Empty: one in the store's folder, made on first use.
  std::string url_signing_key;
  // Streams that stand still for longer are ended.
  absl::Duration stream_idle_limit = absl::Minutes(5);
  // May be null; outlives the service.
  metrics::Registry* metrics = nullptr;
};

// All waiting for the store is done on `executor`; a stream holds one of its threads only while a
// message is written or read, and no more than one message in memory. Thread-safe. What is
// passed in must outlive the server that this is registered with.
class ArtifactService final : public rpc::Service {
 public:
  static constexpr char kName[] = "rookery.artifact.v1.ArtifactService";

  ArtifactService(BlobStore& store, const UrlSigner& signer, rpc::Executor& executor,
                  rpc::KnownWorkspaces& workspaces, const ArtifactOptions& options = {});

 private:
  Artifacts artifacts_;
  MultipartUploads uploads_;
  const rpc::CallLog log_;
  const StreamParts streams_;
  const rpc::Unary unary_;
};

}  // namespace rookery::artifact
