// One UploadArtifact call.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <memory>
#include <string>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/rpc/call_log.h"
#include "libs/rpc/idle_limit.h"
#include "libs/rpc/stream_steps.h"
#include "rookery/artifact/v1/artifact.pb.h"
#include "services/artifact/domain/artifacts.h"
#include "services/artifact/store/blob_store.h"
#include "services/artifact/stream_parts.h"

namespace rookery::artifact {

// Reads a message, writes it to the store, and only then reads the next: a slow disk slows the
// sender. Deletes itself when gRPC is done with it.
class UploadStream final : public grpc::ServerReadReactor<v1::UploadArtifactRequest> {
 public:
  UploadStream(grpc::CallbackServerContext* context, const StreamParts& parts);

  void OnReadDone(bool ok) override;
  void OnSendInitialMetadataDone(bool ok) override;
  void OnDone() override { delete this; }

 private:
  Status Write();
  Status OpenWriter();
  Status Commit();
  void End(const Status& status);

  grpc::CallbackServerContext* const context_;
  Artifacts& artifacts_;
  rpc::KnownWorkspaces& workspaces_;
  const rpc::CallRecord record_;
  CallContext call_;
  rpc::StreamSteps steps_;
  rpc::IdleLimit idle_limit_;
  std::string path_;
  v1::UploadArtifactRequest message_;
  std::unique_ptr<BlobWriter> writer_;
};

}  // namespace rookery::artifact
