#include "services/artifact/upload_stream.h"

#include <fmt/format.h>

#include <utility>

#include "libs/rpc/call.h"
#include "libs/rpc/status.h"

namespace rookery::artifact {
namespace {

constexpr size_t kMaxMessageBytes = 1 << 20;

}  // namespace

UploadStream::UploadStream(grpc::CallbackServerContext* context, const StreamParts& parts)
    : context_(context),
      artifacts_(parts.artifacts),
      workspaces_(parts.workspaces),
      record_(parts.log.For(*v1::UploadArtifactRequest::descriptor())),
      steps_(parts.executor, call_, [this](const Status& status) { End(status); }),
      idle_limit_(*context, parts.idle_limit) {
  const Status read = rpc::ReadCallContext(*context, &call_);
  workspaces_.Identify(call_, [this, read](StatusOr<IdentityPtr> caller) {
    if (!caller.ok()) return End(caller.status());
    if (!read.ok()) return End(read);
    call_.caller = *std::move(caller);
    StartRead(&message_);
  });
}

void UploadStream::OnReadDone(bool ok) {
  idle_limit_.Touch();
  if (ok) {
    steps_.Submit([this] { return Write(); });
  } else {
    // Either the caller has sent everything or the stream broke off, and this callback does not say
    // which; IsCancelled may tell a moment too late. Sending something does say: it fails on a
    // stream that broke off.
    StartSendInitialMetadata();
  }
}

void UploadStream::OnSendInitialMetadataDone(bool ok) {
  steps_.Submit([this, ok]() -> Status {
    if (!ok || context_->IsCancelled()) {
      return absl::CancelledError("The upload broke off; nothing was stored.");
    }
    return Commit();
  });
}

Status UploadStream::Write() {
  const std::string& bytes = message_.body().data();
  if (bytes.size() > kMaxMessageBytes) {
    return absl::InvalidArgumentError(fmt::format(
        "A message may carry {} bytes and has {}. Split it.", kMaxMessageBytes, bytes.size()));
  }
  if (writer_ == nullptr) {
    RETURN_IF_ERROR(OpenWriter());
  } else if (message_.has_path() && message_.path() != path_) {
    return absl::InvalidArgumentError(fmt::format(
        "The stream began with the path '{}' and went on with '{}'. Upload each file by a "
        "call of its own.",
        path_, message_.path()));
  }
  RETURN_IF_ERROR(writer_->Append(bytes));
  StartRead(&message_);
  return absl::OkStatus();
}

Status UploadStream::OpenWriter() {
  RETURN_IF_ERROR(workspaces_.Check(call_));
  path_ = message_.path();
  ASSIGN_OR_RETURN(writer_, artifacts_.Upload(call_, path_));
  return absl::OkStatus();
}

Status UploadStream::Commit() {
  if (writer_ == nullptr) {
    return absl::InvalidArgumentError("The stream is empty. Name the path in the first message.");
  }
  RETURN_IF_ERROR(NamePath(path_, writer_->Commit()));
  End(absl::OkStatus());
  return absl::OkStatus();
}

void UploadStream::End(const Status& status) {
  // Before the answer, so that the caller who has it finds nothing of a failed upload left.
  writer_.reset();
  record_.End(call_, status);
  Finish(rpc::ToGrpc(status));
}

}  // namespace rookery::artifact
