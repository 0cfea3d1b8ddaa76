// rookery.artifact.v1.ArtifactService over gRPC.
#pragma once

#include <string>

#include "libs/metrics/registry.h"
#include "libs/rpc/call_log.h"
#include "libs/rpc/executor.h"
#include "libs/rpc/unary.h"
#include "rookery/artifact/v1/artifact_service.grpc.pb.h"
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
class ArtifactService final : public v1::ArtifactService::CallbackService {
 public:
  ArtifactService(BlobStore& store, const UrlSigner& signer, rpc::Executor& executor,
                  rpc::KnownWorkspaces& workspaces, const ArtifactOptions& options = {})
      : artifacts_(store),
        signer_(signer),
        uploads_(store, signer),
        log_(options.metrics, {v1::ArtifactService::service_full_name()}),
        streams_{artifacts_, executor, workspaces, log_, options.stream_idle_limit},
        unary_(executor, workspaces, log_) {}

  grpc::ServerUnaryReactor* ListArtifacts(grpc::CallbackServerContext* context,
                                          const v1::ListArtifactsRequest* request,
                                          v1::ListArtifactsResponse* response) override;
  grpc::ServerUnaryReactor* ListArtifactTree(grpc::CallbackServerContext* context,
                                             const v1::ListArtifactTreeRequest* request,
                                             v1::ListArtifactTreeResponse* response) override;
  grpc::ServerReadReactor<v1::UploadArtifactRequest>* UploadArtifact(
      grpc::CallbackServerContext* context, v1::UploadArtifactResponse* response) override;
  grpc::ServerWriteReactor<google::api::HttpBody>* DownloadArtifact(
      grpc::CallbackServerContext* context, const v1::DownloadArtifactRequest* request) override;
  grpc::ServerUnaryReactor* DeleteArtifact(grpc::CallbackServerContext* context,
                                           const v1::DeleteArtifactRequest* request,
                                           v1::DeleteArtifactResponse* response) override;
  grpc::ServerUnaryReactor* SignArtifactUrls(grpc::CallbackServerContext* context,
                                             const v1::SignArtifactUrlsRequest* request,
                                             v1::SignArtifactUrlsResponse* response) override;
  grpc::ServerUnaryReactor* CreateMultipartUpload(
      grpc::CallbackServerContext* context, const v1::CreateMultipartUploadRequest* request,
      v1::CreateMultipartUploadResponse* response) override;
  grpc::ServerUnaryReactor* CompleteMultipartUpload(
      grpc::CallbackServerContext* context, const v1::CompleteMultipartUploadRequest* request,
      v1::CompleteMultipartUploadResponse* response) override;
  grpc::ServerUnaryReactor* AbortMultipartUpload(
      grpc::CallbackServerContext* context, const v1::AbortMultipartUploadRequest* request,
      v1::AbortMultipartUploadResponse* response) override;

 private:
  Artifacts artifacts_;
  const UrlSigner& signer_;
  MultipartUploads uploads_;
  const rpc::CallLog log_;
  const StreamParts streams_;
  const rpc::Unary unary_;
};

}  // namespace rookery::artifact
