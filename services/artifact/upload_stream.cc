#include "services/artifact/upload_stream.h"

#include <fmt/format.h>

#include <utility>

#include "libs/rpc/call.h"
#include "libs/rpc/status.h"

namespace rookery::artifact {
namespace {

constexpr size_t kMaxMessageBytes = 1 << 20;

}  // namespace

UploadStream::UploadStream(grpc::CallbackServerContext* context, Artifacts& artifacts,
                           rpc::Executor& executor)
    : context_(context),
      artifacts_(artifacts),
      steps_(executor, [this](const Status& status) { Fail(status); }) {
  auto call = rpc::ReadCallContext(*context);
  if (!call.ok()) {
    Fail(call.status());
    return;
  }
  call_ = *std::move(call);
  StartRead(&message_);
}

void UploadStream::OnReadDone(bool ok) {
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
  path_ = message_.path();
  ASSIGN_OR_RETURN(writer_, artifacts_.Upload(call_, path_));
  return absl::OkStatus();
}

Status UploadStream::Commit() {
  if (writer_ == nullptr) {
    return absl::InvalidArgumentError("The stream is empty. Name the path in the first message.");
  }
  RETURN_IF_ERROR(NamePath(path_, writer_->Commit()));
  Finish(grpc::Status::OK);
  return absl::OkStatus();
}

void UploadStream::Fail(const Status& status) {
  // Before the answer, so that the caller who has it finds nothing left.
  writer_.reset();
  Finish(rpc::ToGrpc(status));
}

}  // namespace rookery::artifact
