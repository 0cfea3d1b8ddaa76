// A call of IngestStream to a FakeUpstream.
#pragma once

#include <google/protobuf/message.h>
#include <rookery/tracking/v1/ingest.pb.h>

#include <deque>
#include <functional>
#include <memory>
#include <utility>

#include "libs/base/status.h"
#include "libs/rpc/generic_client.h"

namespace rookery::sidecar {

// Answers a request while it is written; the first error ends the call. Calls back at once, on the
// thread of the caller.
class FakeStream final : public rpc::ClientStream {
 public:
  // CANCELLED: nothing is said before the caller cancels.
  using Ingest = std::function<Status(const google::protobuf::Message& request,
                                      tracking::v1::IngestResponse* response)>;
  // Told how many answers wait to be read.
  using Waiting = std::function<void(size_t)>;

  FakeStream(Ingest ingest, Waiting waiting)
      : ingest_(std::move(ingest)), waiting_(std::move(waiting)) {}

  void ReadInitialMetadata(std::function<void(rpc::MetadataList)> done) override { done({}); }
  void Read(google::protobuf::Message* message, std::function<void(bool)> done) override {
    reading_ = {message, std::move(done)};
    Deliver();
  }
  void Write(const google::protobuf::Message& message, std::function<void(bool)> done) override {
    if (is_over_) return done(false);
    tracking::v1::IngestResponse response;
    Status status = ingest_(message, &response);
    if (status.ok()) {
      answers_.push_back(std::move(response));
      waiting_(answers_.size());
    } else if (!absl::IsCancelled(status)) {
      End(std::move(status));
    }
    done(true);
    Deliver();
  }
  void WritesDone() override { is_over_ = true; }
  void Cancel() override {
    End(absl::CancelledError("cancelled"));
    Deliver();
  }
  void Finish(std::function<void(Status)> done) override { done(outcome_); }

 private:
  void End(Status outcome) {
    if (std::exchange(is_over_, true)) return;
    outcome_ = std::move(outcome);
  }
  void Deliver() {
    if (!reading_.second || (answers_.empty() && !is_over_)) return;
    const bool is_there = !answers_.empty();
    if (is_there) {
      reading_.first->CopyFrom(answers_.front());
      answers_.pop_front();
    }
    std::exchange(reading_.second, nullptr)(is_there);
  }

  const Ingest ingest_;
  const Waiting waiting_;
  std::deque<tracking::v1::IngestResponse> answers_;
  std::pair<google::protobuf::Message*, std::function<void(bool)>> reading_;
  bool is_over_ = false;
  Status outcome_;
};

}  // namespace rookery::sidecar
