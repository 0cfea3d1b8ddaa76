#include "services/artifact/testing/artifact_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/rpc/status.h"

namespace rookery::artifact::testing {
namespace {

constexpr size_t kMessageBytes = 1 << 20;

}  // namespace

ArtifactServer::ArtifactServer(const Options& options)
    : store_(LocalBlobStore::OpenAt(folder_.path(), Clock::Real()).value()),
      keys_(SigningKeys::Parse(SigningKeys::NewLine().value()).value()),
      signer_(keys_, Clock::Real()),
      executor_({.threads = options.threads, .max_queued = options.max_queued}),
      workspaces_(options.find_workspace),
      service_(*store_, signer_, executor_, workspaces_,
               {.stream_idle_limit = options.stream_idle_limit, .metrics = options.metrics}) {
  rpc::ServerOptions server_options;
  if (options.listen) server_options.address = "127.0.0.1:0";
  server_ = rpc::Server::Start(server_options, {&service_}).value();
}

std::unique_ptr<v1::ArtifactService::Stub> ArtifactServer::NewStub() {
  if (server_->port() == 0) {
    return v1::ArtifactService::NewStub(server_->StreamingChannel().value());
  }
  return v1::ArtifactService::NewStub(grpc::CreateChannel(
      fmt::format("127.0.0.1:{}", server_->port()), grpc::InsecureChannelCredentials()));
}

Status ArtifactServer::Upload(const std::string& path, std::string_view bytes) {
  const auto stub = NewStub();
  UploadCall call(*stub, path);
  call.Send(bytes);
  return call.Finish();
}

Downloaded ArtifactServer::Download(const std::string& path, const std::string& range) {
  const auto stub = NewStub();
  grpc::ClientContext context;
  if (!range.empty()) context.AddMetadata("http-range", range);
  v1::DownloadArtifactRequest request;
  request.set_path(path);
  const auto stream = stub->DownloadArtifact(&context, request);
  Downloaded downloaded;
  google::api::HttpBody message;
  while (stream->Read(&message)) {
    downloaded.bytes += message.data();
    downloaded.largest_message = std::max(downloaded.largest_message, message.data().size());
  }
  downloaded.status = rpc::FromGrpc(stream->Finish());
  for (const auto& [key, value] : context.GetServerInitialMetadata()) {
    downloaded.head[{key.data(), key.size()}] = {value.data(), value.size()};
  }
  return downloaded;
}

StatusOr<v1::ListArtifactsResponse> ArtifactServer::List(const std::string& path) {
  grpc::ClientContext context;
  v1::ListArtifactsRequest request;
  request.set_path(path);
  v1::ListArtifactsResponse response;
  RETURN_IF_ERROR(rpc::FromGrpc(NewStub()->ListArtifacts(&context, request, &response)));
  return response;
}

Status ArtifactServer::Delete(const std::string& path) {
  grpc::ClientContext context;
  v1::DeleteArtifactRequest request;
  request.set_path(path);
  v1::DeleteArtifactResponse response;
  return rpc::FromGrpc(NewStub()->DeleteArtifact(&context, request, &response));
}

bool UploadCall::Send(std::string_view bytes) {
  do {
    v1::UploadArtifactRequest message;
    if (!path_.empty()) message.set_path(std::exchange(path_, ""));
    message.mutable_body()->set_data(std::string(bytes.substr(0, kMessageBytes)));
    bytes.remove_prefix(std::min(bytes.size(), kMessageBytes));
    if (!stream_->Write(message)) return false;
  } while (!bytes.empty());
  return true;
}

Status UploadCall::Finish() {
  stream_->WritesDone();
  return rpc::FromGrpc(stream_->Finish());
}

}  // namespace rookery::artifact::testing
