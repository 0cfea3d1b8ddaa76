// One IngestStream call.
#pragma once

#include <absl/functional/function_ref.h>
#include <grpcpp/support/server_callback.h>
#include <rookery/tracking/v1/ingest.pb.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>

#include "libs/base/call_context.h"
#include "libs/base/done.h"
#include "libs/base/status.h"
#include "libs/rpc/call_log.h"
#include "libs/rpc/executor.h"
#include "libs/rpc/known_workspaces.h"
#include "libs/rpc/token_limit.h"

namespace rookery::tracking {

// Takes a request over on the calling thread, and is done when it is stored. Requests that are
// given one after the other are stored in that order.
using IngestWrite = std::function<void(const CallContext& call, const v1::IngestRequest& request,
                                       Done<v1::IngestResponse> done)>;

// Reads on while few requests wait to be stored, and so is slowed by a slow disk or database;
// answers in the order of the requests. Holds no thread. Deletes itself when gRPC is done with it.
class IngestStream final : public grpc::ServerBidiReactor<v1::IngestRequest, v1::IngestResponse> {
 public:
  // Outlive the streams.
  struct Parts {
    rpc::Executor& executor;
    rpc::KnownWorkspaces& workspaces;
    const rpc::CallLog& log;
  };

  // What `write` uses outlives the streams too.
  IngestStream(grpc::CallbackServerContext* context, IngestWrite write, const Parts& parts);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone() override { delete this; }

 private:
  // A request that was read; `answer` comes when it is stored.
  struct Slot {
    int64_t number = 0;
    std::optional<StatusOr<v1::IngestResponse>> answer;
  };

  // It is known who calls, or why he is not to be served.
  void Enter(const Parts& parts, const Status& admitted);
  // Hands the request over that was read.
  void Take(int64_t number);
  void Answer(int64_t number, StatusOr<v1::IngestResponse> answer);
  // Changes the state, does what can be done now, and finishes if that was all. Answers come on
  // threads of their own: to whoever does not finish, this object may be gone on return.
  void Change(absl::FunctionRef<void()> change);
  // Writes the next answer, reads the next request. True, once: the stream is to be finished.
  bool AdvanceLocked();

  const IngestWrite write_;
  const rpc::CallRecord record_;
  CallContext call_;
  rpc::TokenLimit token_limit_;
  v1::IngestRequest request_;
  v1::IngestResponse response_;

  std::mutex mutex_;  // guards all below
  std::deque<Slot> slots_;
  int64_t next_number_ = 0;
  // Handed over and not stored yet: their answers come back to this object.
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
