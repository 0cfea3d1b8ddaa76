// One ReadMetricColumns call.
#pragma once

#include <grpcpp/support/server_callback.h>
#include <rookery/tracking/v1/metric_columns.pb.h>

#include "libs/base/call_context.h"
#include "libs/rpc/call_log.h"
#include "libs/rpc/idle_limit.h"
#include "libs/rpc/stream_steps.h"
#include "services/tracking/domain/metric_reads.h"
#include "services/tracking/stream_parts.h"

namespace rookery::tracking {

// Reads a message, sends it, and reads the next when gRPC has taken it: a slow receiver slows the
// reading. Deletes itself when gRPC is done with it.
class ColumnStream final : public grpc::ServerWriteReactor<v1::ReadMetricColumnsResponse> {
 public:
  ColumnStream(grpc::CallbackServerContext* context, const v1::ReadMetricColumnsRequest& request,
               const StreamParts& parts);

  void OnWriteDone(bool ok) override;
  void OnDone() override { delete this; }

 private:
  Status Send();
  void End(const Status& status);

  grpc::CallbackServerContext* const context_;
  const rpc::CallRecord record_;
  CallContext call_;
  rpc::StreamSteps steps_;
  rpc::IdleLimit idle_limit_;
  ColumnReader reader_;
  v1::ReadMetricColumnsResponse response_;
};

}  // namespace rookery::tracking
