#include "sidecar/forward/ingest_call.h"

#include <utility>

namespace rookery::sidecar {
namespace {

// For an upstream that has answered all and need only say that this was all.
constexpr absl::Duration kFarewell = absl::Seconds(1);

}  // namespace

IngestCall::IngestCall(Upstream& upstream, const std::string& workspace)
    : upstream_(upstream),
      stream_(upstream.Stream(MethodNamed("rookery.tracking.v1.MetricService.IngestStream"),
                              {InWorkspace(workspace)})) {}

IngestCall::~IngestCall() {
  if (has_ended_) return;
  if (!AllAnswered()) {
    (void)End(SteadyNow());
    return;
  }
  stream_->WritesDone();
  (void)End(SteadyIn(kFarewell));
}

void IngestCall::Send(EncodedIngest request) {
  unanswered_.push_back(request.first_seq());
  to_write_.push_back(std::move(request));
  WriteNext();
}

StatusOr<tracking::v1::IngestResponse> IngestCall::Answer(absl::Duration timeout) {
  const SteadyTime deadline = SteadyIn(timeout);
  const auto may_write = [this] { return !is_writing_ && takes_more_ && !to_write_.empty(); };
  bool in_time = true;
  bool is_read = false;
  StartRead();
  while (in_time && !is_read) {
    WriteNext();
    in_time = WaitUntil(deadline, [&] {
      is_read = !is_reading_;
      return is_read || may_write();
    });
  }
  if (is_read && was_answered_) {
    unanswered_.pop_front();
    upstream_.Saw(absl::OkStatus());
    return std::move(response_);
  }
  Status why = End(in_time ? deadline : SteadyNow());
  if (!in_time) why = absl::DeadlineExceededError("The upstream did not answer in time.");
  // A server that is about to go may end a call before all is answered.
  if (why.ok()) why = absl::UnavailableError("The upstream ended the call.");
  upstream_.Saw(why);
  return why;
}

void IngestCall::WriteNext() {
  {
    const std::lock_guard lock(mutex_);
    if (is_writing_ || !takes_more_ || to_write_.empty()) return;
    is_writing_ = true;
  }
  written_ = std::move(to_write_.front());
  to_write_.pop_front();
  stream_->Write(written_, [this](bool ok) {
    const std::lock_guard lock(mutex_);
    is_writing_ = false;
    takes_more_ = ok;
    // Under the lock, here and below: who waits may end this object.
    changed_.notify_all();
  });
}

void IngestCall::StartRead() {
  {
    const std::lock_guard lock(mutex_);
    is_reading_ = true;
  }
  stream_->Read(&response_, [this](bool ok) {
    const std::lock_guard lock(mutex_);
    is_reading_ = false;
    was_answered_ = ok;
    changed_.notify_all();
  });
}

bool IngestCall::WaitUntil(SteadyTime deadline, absl::FunctionRef<bool()> is_there) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, deadline, is_there);
}

Status IngestCall::End(SteadyTime deadline) {
  has_ended_ = true;
  const auto is_quiet = [this] { return !is_reading_ && !is_writing_; };
  const auto is_over = [this] { return is_over_; };
  // Of a call that is over or cancelled each operation ends soon.
  const auto await = [&](absl::FunctionRef<bool()> done) {
    if (WaitUntil(deadline, done)) return;
    stream_->Cancel();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, done);
  };
  await(is_quiet);
  stream_->Finish([this](Status status) {
    const std::lock_guard lock(mutex_);
    outcome_ = std::move(status);
    is_over_ = true;
    changed_.notify_all();
  });
  await(is_over);
  return outcome_;
}

}  // namespace rookery::sidecar
