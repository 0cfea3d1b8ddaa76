// One IngestStream call.
#pragma once

#include <absl/functional/function_ref.h>
#include <grpcpp/support/server_callback.h>
#include <rookery/tracking/v1/ingest.pb.h>

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/rpc/call_log.h"
#include "libs/rpc/token_limit.h"
#include "services/tracking/domain/ingest.h"
#include "services/tracking/stream_parts.h"

namespace rookery::tracking {

// Reads on while few requests wait for their commit, and so is slowed by a slow database; answers
// in the order of the requests. Holds no thread. Deletes itself when gRPC is done with it.
class IngestStream final : public grpc::ServerBidiReactor<v1::IngestRequest, v1::IngestResponse> {
 public:
  IngestStream(grpc::CallbackServerContext* context, Ingest& ingest, const StreamParts& parts);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone() override { delete this; }

 private:
  // A request that was read; `answer` comes with its commit.
  struct Slot {
    int64_t number = 0;
    std::optional<StatusOr<v1::IngestResponse>> answer;
  };

  // It is known who calls, or why he is not to be served.
  void Enter(const StreamParts& parts, const Status& admitted);
  // Hands the request over that was read.
  void Take(int64_t number);
  void Answer(int64_t number, StatusOr<v1::IngestResponse> answer);
  // Changes the state, does what can be done now, and finishes if that was all. Commits answer on
  // threads of their own: to whoever does not finish, this object may be gone on return.
  void Change(absl::FunctionRef<void()> change);
  // Writes the next answer, reads the next request. True, once: the stream is to be finished.
  bool AdvanceLocked();

  Ingest& ingest_;
  const rpc::CallRecord record_;
  CallContext call_;
  rpc::TokenLimit token_limit_;
  v1::IngestRequest request_;
  v1::IngestResponse response_;

  std::mutex mutex_;  // guards all below
  std::deque<Slot> slots_;
  int64_t next_number_ = 0;
  // Handed over and not committed yet: their answers come back to this object.
  int open_ = 0;
  bool reading_ = false;
  // A request that was read is being handed over.
  bool taking_ = false;
  // It is being found out who calls, and whether there is the workspace; nothing is read meanwhile.
  bool asking_ = true;
  bool writing_ = false;
  bool read_ended_ = false;
  bool finished_ = false;
  Status failure_;
};

}  // namespace rookery::tracking
