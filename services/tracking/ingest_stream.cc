#include "services/tracking/ingest_stream.h"

#include <absl/time/clock.h>

#include <algorithm>
#include <utility>

#include "libs/rpc/call.h"
#include "libs/rpc/status.h"
#include "libs/transcode/required.h"

namespace rookery::tracking {
namespace {

// Requests of one stream that wait to be stored, at most.
constexpr size_t kMaxOpen = 8;
// A stream may have no deadline; the storing of a request has.
constexpr absl::Duration kStoreLimit = absl::Seconds(60);

}  // namespace

IngestStream::IngestStream(grpc::CallbackServerContext* context, IngestWrite write,
                           const Parts& parts)
    : write_(std::move(write)),
      record_(parts.log.For(*v1::IngestRequest::descriptor())),
      token_limit_(*context) {
  const Status read = rpc::ReadCallContext(*context, &call_);
  parts.workspaces.Identify(call_, [this, parts, read](StatusOr<IdentityPtr> caller) {
    const Status admitted = caller.ok() ? read : caller.status();
    if (caller.ok()) call_.caller = *std::move(caller);
    Enter(parts, admitted);
  });
}

void IngestStream::Enter(const Parts& parts, const Status& admitted) {
  if (admitted.ok()) token_limit_.Begin(parts.workspaces, call_);
  if (!admitted.ok() || parts.workspaces.Knows(call_)) {
    return Change([&] {
      asking_ = false;
      failure_ = admitted;
    });
  }
  parts.executor.Submit(call_.deadline,
                        [this, &workspaces = parts.workspaces](const Status& taken) {
                          const Status found = taken.ok() ? workspaces.Check(call_) : taken;
                          Change([&] {
                            asking_ = false;
                            failure_ = found;
                          });
                        });
}

void IngestStream::OnReadDone(bool ok) {
  std::optional<int64_t> number;
  Change([&] {
    reading_ = false;
    read_ended_ = !ok;
    // What comes after a failure is not taken: its answer could find this object gone.
    taking_ = ok && failure_.ok();
    if (!taking_) return;
    number = next_number_++;
    slots_.push_back({*number, std::nullopt});
    ++open_;
  });
  if (!number) return;
  Take(*number);
  Change([&] { taking_ = false; });
}

void IngestStream::Take(int64_t number) {
  if (const Status status = transcode::CheckRequired(request_); !status.ok()) {
    return Answer(number, status);
  }
  CallContext call = call_;
  call.deadline = std::min(call.deadline, absl::Now() + kStoreLimit);
  write_(call, request_, [this, number](StatusOr<v1::IngestResponse> answer) {
    Answer(number, std::move(answer));
  });
}

void IngestStream::Answer(int64_t number, StatusOr<v1::IngestResponse> answer) {
  Change([&] {
    slots_[static_cast<size_t>(number - slots_.front().number)].answer = std::move(answer);
    --open_;
  });
}

void IngestStream::OnWriteDone(bool ok) {
  Change([&] {
    writing_ = false;
    if (!ok && failure_.ok()) failure_ = absl::CancelledError("The caller has gone.");
  });
}

void IngestStream::Change(absl::FunctionRef<void()> change) {
  {
    const std::lock_guard lock(mutex_);
    change();
    if (!AdvanceLocked()) return;
  }
  record_.End(call_, failure_);
  Finish(rpc::ToGrpc(failure_));
}

bool IngestStream::AdvanceLocked() {
  if (finished_) return false;
  if (!writing_ && failure_.ok() && !slots_.empty() && slots_.front().answer) {
    StatusOr<v1::IngestResponse>& answer = *slots_.front().answer;
    failure_ = answer.status();
    if (answer.ok()) {
      response_ = *std::move(answer);
      slots_.pop_front();
      writing_ = true;
      StartWrite(&response_);
    }
  }
  if (!reading_ && !taking_ && !asking_ && !read_ended_ && failure_.ok() &&
      slots_.size() < kMaxOpen) {
    reading_ = true;
    StartRead(&request_);
  }
  const bool is_over = !failure_.ok() || (read_ended_ && slots_.empty());
  finished_ = is_over && open_ == 0 && !writing_ && !taking_ && !asking_;
  return finished_;
}

}  // namespace rookery::tracking
