#include "services/artifact/download_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/rpc/call.h"
#include "libs/rpc/status.h"
#include "rookery/artifact/v1/artifact.pb.h"

namespace rookery::artifact {
namespace {

constexpr int64_t kPieceBytes = 512 << 10;
constexpr char kRangeKey[] = "http-range";
constexpr char kHeadPrefix[] = "http-";

Status Cancelled() { return absl::CancelledError("The caller has gone."); }

}  // namespace

DownloadStream::DownloadStream(grpc::CallbackServerContext* context, const std::string& path,
                               const StreamParts& parts)
    : context_(context),
      artifacts_(parts.artifacts),
      workspaces_(parts.workspaces),
      record_(parts.log.For(*v1::DownloadArtifactRequest::descriptor())),
      steps_(parts.executor, call_, [this](const Status& status) { End(status); }),
      idle_limit_(*context, parts.idle_limit) {
  const Status read = rpc::ReadCallContext(*context, &call_);
  workspaces_.Identify(call_, [this, read, path, range = rpc::Metadata(*context, kRangeKey)](
                                  StatusOr<IdentityPtr> caller) {
    if (!caller.ok()) return End(caller.status());
    if (!read.ok()) return End(read);
    call_.caller = *std::move(caller);
    steps_.Submit([this, path, range] { return Open(path, range); });
  });
}

Status DownloadStream::Open(const std::string& path, const std::string& range) {
  if (context_->IsCancelled()) return Cancelled();
  RETURN_IF_ERROR(workspaces_.Check(call_));
  ASSIGN_OR_RETURN(download_, artifacts_.Open(call_, path, range));
  for (const auto& [name, value] : download_.head) {
    context_->AddInitialMetadata(kHeadPrefix + name, value);
  }
  RETURN_IF_ERROR(download_.status);
  StartSendInitialMetadata();
  return absl::OkStatus();
}

void DownloadStream::Continue(bool ok) {
  idle_limit_.Touch();
  steps_.Submit([this, ok] { return ok ? SendPiece() : Cancelled(); });
}

Status DownloadStream::SendPiece() {
  ByteRange& left = download_.range;
  if (left.length == 0) {
    End(absl::OkStatus());
    return absl::OkStatus();
  }
  std::string& bytes = *piece_.mutable_data();
  bytes.resize(static_cast<size_t>(std::min(kPieceBytes, left.length)));
  ASSIGN_OR_RETURN(const size_t got, download_.blob->Read(left.first, bytes));
  if (got != bytes.size()) {
    return absl::DataLossError("The file became shorter while it was being read. Try again.");
  }
  left.first += static_cast<int64_t>(got);
  left.length -= static_cast<int64_t>(got);
  StartWrite(&piece_);
  return absl::OkStatus();
}

void DownloadStream::End(const Status& status) {
  record_.End(call_, status);
  Finish(rpc::ToGrpc(status));
}

}  // namespace rookery::artifact
