#include "services/tracking/ingest_stream.h"

#include <absl/time/clock.h>

#include <algorithm>
#include <utility>

#include "libs/rpc/call.h"
#include "libs/rpc/status.h"
#include "libs/transcode/required.h"

namespace rookery::tracking {
namespace {

// Requests of one stream that wait for their commit, at most.
constexpr size_t kMaxOpen = 8;
// A stream may have no deadline; the commit of a request has.
constexpr absl::Duration kCommitLimit = absl::Seconds(60);

}  // namespace

IngestStream::IngestStream(grpc::CallbackServerContext* context, Ingest& ingest,
                           const rpc::CallLog& log)
    : ingest_(ingest), record_(log.For(*v1::IngestRequest::descriptor())) {
  failure_ = rpc::ReadCallContext(*context, &call_);
  Advance();
}

void IngestStream::OnReadDone(bool ok) {
  int64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    reading_ = false;
    if (ok) {
      number = next_number_++;
      slots_.push_back({number, std::nullopt});
      ++open_;
      taking_ = true;
    } else {
      read_ended_ = true;
    }
  }
  if (ok) Take(number);
  {
    const std::lock_guard lock(mutex_);
    taking_ = false;
  }
  Advance();
}

void IngestStream::Take(int64_t number) {
  if (const Status status = transcode::CheckRequired(request_); !status.ok()) {
    return Answer(number, status);
  }
  CallContext call = call_;
  call.deadline = std::min(call.deadline, absl::Now() + kCommitLimit);
  ingest_.Write(call, request_, [this, number](StatusOr<v1::IngestResponse> answer) {
    Answer(number, std::move(answer));
  });
}

void IngestStream::Answer(int64_t number, StatusOr<v1::IngestResponse> answer) {
  {
    const std::lock_guard lock(mutex_);
    slots_[static_cast<size_t>(number - slots_.front().number)].answer = std::move(answer);
    --open_;
  }
  Advance();
}

void IngestStream::OnWriteDone(bool ok) {
  {
    const std::lock_guard lock(mutex_);
    writing_ = false;
    if (!ok && failure_.ok()) failure_ = absl::CancelledError("The caller has gone.");
  }
  Advance();
}

void IngestStream::Advance() {
  enum class Next { kNothing, kFinish } next = Next::kNothing;
  Status end;
  {
    const std::lock_guard lock(mutex_);
    if (finished_) return;
    if (!writing_ && failure_.ok() && !slots_.empty() && slots_.front().answer) {
      StatusOr<v1::IngestResponse> answer = *std::move(slots_.front().answer);
      if (answer.ok()) {
        slots_.pop_front();
        response_ = *std::move(answer);
        writing_ = true;
        StartWrite(&response_);
      } else {
        failure_ = answer.status();
        slots_.front().answer = std::move(answer);
      }
    }
    if (!reading_ && !taking_ && !read_ended_ && failure_.ok() && slots_.size() < kMaxOpen) {
      reading_ = true;
      StartRead(&request_);
    }
    const bool is_over = !failure_.ok() || (read_ended_ && slots_.empty());
    if (is_over && open_ == 0 && !writing_ && !taking_) {
      finished_ = true;
      end = failure_;
      next = Next::kFinish;
    }
  }
  if (next == Next::kFinish) {
    record_.End(call_, end);
    Finish(rpc::ToGrpc(end));
  }
}

}  // namespace rookery::tracking
