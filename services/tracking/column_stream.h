// One ReadMetricColumns call.
#pragma once

#include <grpcpp/support/server_callback.h>
#include <rookery/tracking/v1/metric_columns.pb.h>

#include <array>
#include <atomic>
#include <cstddef>

#include "libs/base/call_context.h"
#include "libs/rpc/call_log.h"
#include "libs/rpc/idle_limit.h"
#include "libs/rpc/stream_steps.h"
#include "services/tracking/domain/metric_reads.h"
#include "services/tracking/stream_parts.h"

namespace rookery::tracking {

// Sends a message while it reads the next one, and no further: a slow receiver slows the reading.
// Deletes itself when gRPC is done with it.
class ColumnStream final : public grpc::ServerWriteReactor<v1::ReadMetricColumnsResponse> {
 public:
  ColumnStream(grpc::CallbackServerContext* context, const v1::ReadMetricColumnsRequest& request,
               const StreamParts& parts);

  void OnWriteDone(bool ok) override;
  void OnDone() override { delete this; }

 private:
  // When a message was taken and the next one read.
  Status Send();
  void End(const Status& status);

  grpc::CallbackServerContext* const context_;
  const rpc::CallRecord record_;
  CallContext call_;
  rpc::StreamSteps steps_;
  rpc::IdleLimit idle_limit_;
  ColumnReader reader_;
  // One is under way, the other is read.
  std::array<v1::ReadMetricColumnsResponse, 2> responses_;
  size_t next_ = 0;
  // Whether there is a next one.
  StatusOr<bool> read_ = false;
  // Whether the last was taken.
  bool taken_ = true;
  // How many of the two, the sending and the reading, are not done: the last goes on.
  std::atomic<int> missing_ = 0;
};

}  // namespace rookery::tracking
