#include "services/artifact/artifact_service.h"

#include <rookery/artifact/v1/artifact_service.pb.h>

#include "services/artifact/download_stream.h"
#include "services/artifact/upload_stream.h"

namespace rookery::artifact {

ArtifactService::ArtifactService(BlobStore& store, const UrlSigner& signer, rpc::Executor& executor,
                                 rpc::KnownWorkspaces& workspaces, const ArtifactOptions& options)
    : Service(kName, unary_),
      artifacts_(store),
      uploads_(store, signer),
      log_(options.metrics, {kName}),
      streams_{artifacts_, executor, workspaces, log_, options.stream_idle_limit},
      unary_(executor, workspaces, log_) {
  On("ListArtifacts", artifacts_, &Artifacts::List);
  On("ListArtifactTree", artifacts_, &Artifacts::ListTree);
  OnRead<v1::UploadArtifactRequest, v1::UploadArtifactResponse>(
      "UploadArtifact",
      [this](Context* context, auto*) { return new UploadStream(context, streams_); });
  OnWrite<v1::DownloadArtifactRequest, google::api::HttpBody>(
      "DownloadArtifact", [this](Context* context, const auto* request) {
        return new DownloadStream(context, request->path(), streams_);
      });
  On("DeleteArtifact", artifacts_, &Artifacts::Delete);
  On("SignArtifactUrls", signer, &UrlSigner::Sign);
  On("CreateMultipartUpload", uploads_, &MultipartUploads::Create);
  On("CompleteMultipartUpload", uploads_, &MultipartUploads::Complete);
  On("AbortMultipartUpload", uploads_, &MultipartUploads::Abort);
}

}  // namespace rookery::artifact
