// A backlog's way upstream.
#pragma once

#include <absl/functional/function_ref.h>
#include <absl/time/time.h>
#include <rookery/tracking/v1/ingest.pb.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "libs/base/status.h"
#include "libs/base/steady.h"
#include "libs/rpc/generic_client.h"
#include "sidecar/forward/encoded_ingest.pb.h"
#include "sidecar/forward/upstream.h"

namespace rookery::sidecar {

// A call of IngestStream: requests go up whether or not those before them are answered, and the
// upstream stores them in their order. Used by one thread.
class IngestCall {
 public:
  IngestCall(Upstream& upstream, const std::string& workspace);
  // Does not wait for answers that are missing: what they are about may be stored or not.
  ~IngestCall();
  IngestCall(const IngestCall&) = delete;
  IngestCall& operator=(const IngestCall&) = delete;

  // Does not wait until it has gone; what goes wrong, Answer tells.
  void Send(EncodedIngest request);
  // Whether the next answer is that to the request which begins with this number.
  bool IsNext(int64_t first_seq) const {
    return !AllAnswered() && unanswered_.front() == first_seq;
  }
  bool AllAnswered() const { return unanswered_.empty(); }
  SteadyTime begun() const { return begun_; }

  // The answer to the first request that has none; there is one. After an error, which is the
  // upstream's, or DEADLINE_EXCEEDED after `timeout`, the call has ended. Whether the upstream is
  // there is noted.
  StatusOr<tracking::v1::IngestResponse> Answer(absl::Duration timeout);

 private:
  // Writes the next request if none is being written.
  void WriteNext();
  void StartRead();
  // False: `deadline` came first. `is_there` is asked under the lock.
  bool WaitUntil(SteadyTime deadline, absl::FunctionRef<bool()> is_there);
  // How the call went; cancelled if that is not known by `deadline`.
  Status End(SteadyTime deadline);

  Upstream& upstream_;
  const std::unique_ptr<rpc::ClientStream> stream_;
  const SteadyTime begun_ = SteadyNow();
  // Of the thread alone, as is all that is done with the stream.
  std::deque<int64_t> unanswered_;
  std::deque<EncodedIngest> to_write_;
  EncodedIngest written_;
  tracking::v1::IngestResponse response_;
  bool has_ended_ = false;

  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  bool is_writing_ = false;
  bool takes_more_ = true;
  bool is_reading_ = false;
  bool was_answered_ = false;
  bool is_over_ = false;
  Status outcome_;
};

}  // namespace rookery::sidecar
