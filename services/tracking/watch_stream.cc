#include "services/tracking/watch_stream.h"

#include "libs/rpc/call.h"
#include "libs/rpc/status.h"
#include "libs/transcode/required.h"

namespace rookery::tracking {
namespace {

Status Gone() { return absl::CancelledError("The caller has gone."); }

Status Draining() {
  return absl::UnavailableError(
      "The server is shutting down. Watch again, from the last cursor that was seen.");
}

}  // namespace

WatchStream::WatchStream(grpc::CallbackServerContext* context,
                         const v1::WatchMetricsRequest& request, const StreamParts& parts)
    : record_(parts.log.For(*v1::WatchMetricsRequest::descriptor())),
      watch_(parts.watch),
      steps_(parts.executor, call_, [this](const Status& status) { End(status); }),
      token_limit_(*context),
      place_{.cursor = request.cursor()},
      read_to_(request.cursor()) {
  Status read = rpc::ReadCallContext(*context, &call_);
  read.Update(transcode::CheckRequired(request));
  parts.workspaces.Identify(call_, [this, context, &parts, read,
                                    run_id = request.run_id()](StatusOr<IdentityPtr> caller) {
    if (!caller.ok()) return End(caller.status());
    if (!read.ok()) return End(read);
    call_.caller = *std::move(caller);
    token_limit_.Begin(parts.workspaces, call_);
    steps_.Submit([this, context, &parts, run_id] { return Begin(context, parts, run_id); });
  });
}

Status WatchStream::Begin(grpc::CallbackServerContext* context, const StreamParts& parts,
                          const std::string& run_id) {
  RETURN_IF_ERROR(parts.workspaces.Check(call_));
  // Before the first look, so that nothing falls between the two.
  subscription_ = std::make_unique<MetricWatch::Subscription>(
      parts.watch, call_.workspace, run_id, [this](int64_t last_no) { Wake(last_no); });
  RETURN_IF_ERROR(subscription_->tail().Check(call_));
  context->AddInitialMetadata(rpc::kAcceptedKey, "1");
  StartSendInitialMetadata();
  return Send();
}

void WatchStream::OnWriteDone(bool ok) {
  if (ok && Rest()) return;
  steps_.Submit([this, ok]() -> Status { return ok ? Send() : Gone(); });
}

void WatchStream::Wake(int64_t last_no) {
  {
    const std::lock_guard lock(mutex_);
    // A step or message that is under way ends with a look whether there was news.
    if (last_no <= read_to_ || !idle_) return;
    idle_ = false;
  }
  steps_.Submit([this] { return Send(); });
}

void WatchStream::OnCancel() {
  {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
    // A step that is under way will see it.
    if (!idle_) return;
    idle_ = false;
  }
  steps_.Submit([] { return Gone(); });
}

Status WatchStream::Send() {
  do {
    {
      const std::lock_guard lock(mutex_);
      if (cancelled_) return Gone();
    }
    if (watch_.ended()) return Draining();
    ASSIGN_OR_RETURN(portion_, subscription_->tail().After(call_, place_));
    place_ = portion_->end;
    {
      const std::lock_guard lock(mutex_);
      read_to_ = place_.cursor;
    }
    if (portion_->has_points()) {
      StartWrite(&portion_->message);
      return absl::OkStatus();
    }
  } while (!Rest());
  return absl::OkStatus();
}

bool WatchStream::Rest() {
  const std::lock_guard lock(mutex_);
  const bool has_all = portion_->is_last && portion_->as_of == subscription_->tail().news();
  if (!has_all || cancelled_ || watch_.ended()) return false;
  idle_ = true;
  return true;
}

void WatchStream::End(const Status& status) {
  {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    ended_ = true;
    idle_ = false;
  }
  // No call from it can come any more when Finish lets go of this object.
  subscription_.reset();
  record_.End(call_, status);
  Finish(rpc::ToGrpc(status));
}

}  // namespace rookery::tracking
