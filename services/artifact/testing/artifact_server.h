// An artifact service in this process, on a folder of the test's own, and the calls that tests
// make.
#pragma once

#include <grpcpp/grpcpp.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "libs/base/status.h"
#include "libs/rpc/executor.h"
#include "libs/rpc/server.h"
#include "rookery/artifact/v1/artifact_service.grpc.pb.h"
#include "services/artifact/artifact_service.h"
#include "services/artifact/store/local_blob_store.h"
#include "services/artifact/testing/temp_folder.h"

namespace rookery::artifact::testing {

struct Downloaded {
  Status status;
  std::string bytes;
  std::map<std::string, std::string> head;
  size_t largest_message = 0;
};

class ArtifactServer {
 public:
  struct Options {
    int threads = 2;
    size_t max_queued = 1024;
    absl::Duration stream_idle_limit = absl::Minutes(5);
    metrics::Registry* metrics = nullptr;
    // Whether there is another workspace than `default`.
    rpc::KnownWorkspaces::Find find_workspace = [](const CallContext&) {
      return absl::NotFoundError("none");
    };
    // Talk TCP; otherwise the channel stays in the process.
    bool listen = false;
  };

  explicit ArtifactServer(const Options& options);

  std::unique_ptr<v1::ArtifactService::Stub> NewStub();

  Status Upload(const std::string& path, std::string_view bytes);
  // `range` is the HTTP header's value, or "".
  Downloaded Download(const std::string& path, const std::string& range = "");
  StatusOr<v1::ListArtifactsResponse> List(const std::string& path);
  Status Delete(const std::string& path);

  const TempFolder& folder() const { return folder_; }
  int Leftovers() const { return CountEntries(folder_ / kReservedFolder); }

 private:
  TempFolder folder_;
  std::unique_ptr<LocalBlobStore> store_;
  const SigningKeys keys_;
  const UrlSigner signer_;
  rpc::Executor executor_;
  rpc::KnownWorkspaces workspaces_;
  ArtifactService service_;
  std::unique_ptr<rpc::Server> server_;
};

// The messages of one upload, cut at 1 MiB; the first has the path.
class UploadCall {
 public:
  UploadCall(v1::ArtifactService::Stub& stub, std::string path)
      : stream_(stub.UploadArtifact(&context_, &response_)), path_(std::move(path)) {}

  // False if the server has ended the call.
  bool Send(std::string_view bytes);
  Status Finish();

  grpc::ClientContext& context() { return context_; }
  grpc::ClientWriter<v1::UploadArtifactRequest>& stream() { return *stream_; }

 private:
  grpc::ClientContext context_;
  v1::UploadArtifactResponse response_;
  std::unique_ptr<grpc::ClientWriter<v1::UploadArtifactRequest>> stream_;
  std::string path_;
};

}  // namespace rookery::artifact::testing
