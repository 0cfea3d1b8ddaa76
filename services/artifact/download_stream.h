// One DownloadArtifact call.
#pragma once

#include <google/api/httpbody.pb.h>
#include <grpcpp/support/server_callback.h>

#include <string>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/rpc/call_log.h"
#include "libs/rpc/idle_limit.h"
#include "libs/rpc/stream_steps.h"
#include "services/artifact/domain/artifacts.h"
#include "services/artifact/stream_parts.h"

namespace rookery::artifact {

// Sends the head, then reads a piece, sends it, and reads the next when gRPC has taken it: a slow
// receiver slows the reading. Deletes itself when gRPC is done with it.
class DownloadStream final : public grpc::ServerWriteReactor<google::api::HttpBody> {
 public:
  DownloadStream(grpc::CallbackServerContext* context, const std::string& path,
                 const StreamParts& parts);

  void OnSendInitialMetadataDone(bool ok) override { Continue(ok); }
  void OnWriteDone(bool ok) override { Continue(ok); }
  void OnDone() override { delete this; }

 private:
  Status Open(const std::string& path, const std::string& range);
  void Continue(bool ok);
  Status SendPiece();
  void End(const Status& status);

  grpc::CallbackServerContext* const context_;
  Artifacts& artifacts_;
  rpc::KnownWorkspaces& workspaces_;
  const rpc::CallRecord record_;
  CallContext call_;
  rpc::StreamSteps steps_;
  rpc::IdleLimit idle_limit_;
  // Its range is what is still to be sent.
  Download download_;
  google::api::HttpBody piece_;
};

}  // namespace rookery::artifact
