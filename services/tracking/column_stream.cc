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
          return Send();
        });
      });
}

void ColumnStream::OnWriteDone(bool ok) {
  idle_limit_.Touch();
  steps_.Submit([this, ok]() -> Status {
    return ok ? Send() : absl::CancelledError("The caller has gone.");
  });
}

Status ColumnStream::Send() {
  if (context_->IsCancelled()) return absl::CancelledError("The caller has gone.");
  ASSIGN_OR_RETURN(const bool more, reader_.Next(response_.mutable_metrics()));
  if (more) {
    StartWrite(&response_);
  } else {
    End(absl::OkStatus());
  }
  return absl::OkStatus();
}

void ColumnStream::End(const Status& status) {
  record_.End(call_, status);
  Finish(rpc::ToGrpc(status));
}

}  // namespace rookery::tracking
