#include "services/tracking/column_stream.h"

#include "libs/rpc/call.h"
#include "libs/rpc/status.h"
#include "libs/transcode/required.h"

namespace rookery::tracking {

ColumnStream::ColumnStream(grpc::CallbackServerContext* context,
                           const v1::ReadMetricColumnsRequest& request, const StreamParts& parts)
    : context_(context),
      record_(parts.log.For(*v1::ReadMetricColumnsRequest::descriptor())),
      steps_(parts.executor, call_, [this](const Status& status) { End(status); }),
      idle_limit_(*context, parts.idle_limit),
      reader_(parts.database, parts.metrics, call_, request) {
  Status read = rpc::ReadCallContext(*context, &call_);
  read.Update(transcode::CheckRequired(request));
  read.Update(reader_.Check());
  parts.workspaces.Identify(
      call_, [this, &workspaces = parts.workspaces, read](StatusOr<IdentityPtr> caller) {
        if (!caller.ok()) return End(caller.status());
        if (!read.ok()) return End(read);
        call_.caller = *std::move(caller);
        steps_.Submit([this, &workspaces]() -> Status {
          RETURN_IF_ERROR(workspaces.Check(call_));
          read_ = reader_.Next(responses_[next_].mutable_metrics());
          return Send();
        });
      });
}

void ColumnStream::OnWriteDone(bool ok) {
  idle_limit_.Touch();
  taken_ = ok;
  if (--missing_ == 0) steps_.Submit([this] { return Send(); });
}

Status ColumnStream::Send() {
  do {
    if (context_->IsCancelled() || !taken_) return absl::CancelledError("The caller has gone.");
    RETURN_IF_ERROR(read_.status());
    if (!*read_) {
      End(absl::OkStatus());
      return absl::OkStatus();
    }
    missing_ = 2;
    StartWrite(&responses_[next_]);
    next_ = 1 - next_;
    read_ = reader_.Next(responses_[next_].mutable_metrics());
    // From here on the stream may be gone, if it is not this that goes on.
  } while (--missing_ == 0);
  return absl::OkStatus();
}

void ColumnStream::End(const Status& status) {
  record_.End(call_, status);
  Finish(rpc::ToGrpc(status));
}

}  // namespace rookery::tracking
