#include "services/artifact/artifact_service.h"

#include "services/artifact/download_stream.h"
#include "services/artifact/upload_stream.h"

namespace rookery::artifact {

grpc::ServerUnaryReactor* ArtifactService::ListArtifacts(grpc::CallbackServerContext* context,
                                                         const v1::ListArtifactsRequest* request,
                                                         v1::ListArtifactsResponse* response) {
  return unary_(context, request, response, artifacts_, &Artifacts::List);
}

grpc::ServerUnaryReactor* ArtifactService::ListArtifactTree(
    grpc::CallbackServerContext* context, const v1::ListArtifactTreeRequest* request,
    v1::ListArtifactTreeResponse* response) {
  return unary_(context, request, response, artifacts_, &Artifacts::ListTree);
}

grpc::ServerReadReactor<v1::UploadArtifactRequest>* ArtifactService::UploadArtifact(
    grpc::CallbackServerContext* context, v1::UploadArtifactResponse*) {
  return new UploadStream(context, streams_);
}

grpc::ServerWriteReactor<google::api::HttpBody>* ArtifactService::DownloadArtifact(
    grpc::CallbackServerContext* context, const v1::DownloadArtifactRequest* request) {
  return new DownloadStream(context, request->path(), streams_);
}

grpc::ServerUnaryReactor* ArtifactService::DeleteArtifact(grpc::CallbackServerContext* context,
                                                          const v1::DeleteArtifactRequest* request,
                                                          v1::DeleteArtifactResponse* response) {
  return unary_(context, request, response, artifacts_, &Artifacts::Delete);
}

grpc::ServerUnaryReactor* ArtifactService::SignArtifactUrls(
    grpc::CallbackServerContext* context, const v1::SignArtifactUrlsRequest* request,
    v1::SignArtifactUrlsResponse* response) {
  return unary_(context, request, response, signer_, &UrlSigner::Sign);
}

grpc::ServerUnaryReactor* ArtifactService::CreateMultipartUpload(
    grpc::CallbackServerContext* context, const v1::CreateMultipartUploadRequest* request,
    v1::CreateMultipartUploadResponse* response) {
  return unary_(context, request, response, uploads_, &MultipartUploads::Create);
}

grpc::ServerUnaryReactor* ArtifactService::CompleteMultipartUpload(
    grpc::CallbackServerContext* context, const v1::CompleteMultipartUploadRequest* request,
    v1::CompleteMultipartUploadResponse* response) {
  return unary_(context, request, response, uploads_, &MultipartUploads::Complete);
}

grpc::ServerUnaryReactor* ArtifactService::AbortMultipartUpload(
    grpc::CallbackServerContext* context, const v1::AbortMultipartUploadRequest* request,
    v1::AbortMultipartUploadResponse* response) {
  return unary_(context, request, response, uploads_, &MultipartUploads::Abort);
}

}  // namespace rookery::artifact
