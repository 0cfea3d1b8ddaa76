// One WatchMetrics call.
#pragma once

#include <grpcpp/support/server_callback.h>
#include <rookery/tracking/v1/metric_columns.pb.h>

#include <memory>
#include <mutex>
#include <string>

#include "libs/base/call_context.h"
#include "libs/rpc/call_log.h"
#include "libs/rpc/stream_steps.h"
#include "libs/rpc/token_limit.h"
#include "services/tracking/domain/metric_watch.h"
#include "services/tracking/domain/run_tail.h"
#include "services/tracking/stream_parts.h"

namespace rookery::tracking {

// Sends what there is, then waits to be woken, without a thread. While a message is under way
// nothing is read: a slow receiver catches up from its cursor. Deletes itself when gRPC is done
// with it.
class WatchStream final : public grpc::ServerWriteReactor<v1::WatchMetricsResponse> {
 public:
  WatchStream(grpc::CallbackServerContext* context, const v1::WatchMetricsRequest& request,
              const StreamParts& parts);

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override { delete this; }

 private:
  // The first step.
  Status Begin(grpc::CallbackServerContext* context, const StreamParts& parts,
               const std::string& run_id);
  void Wake(int64_t last_no);
  Status Send();
  // Whether nothing is to be read until somebody wakes it: then it is idle, and may be gone.
  bool Rest();
  void End(const Status& status);

  const rpc::CallRecord record_;
  CallContext call_;
  const MetricWatch& watch_;
  rpc::StreamSteps steps_;
  rpc::TokenLimit token_limit_;
  // Absent if the call was refused.
  std::unique_ptr<MetricWatch::Subscription> subscription_;
  TailPlace place_;
  // What was found last, which may be under way.
  std::shared_ptr<const TailPortion> portion_;

  std::mutex mutex_;  // guards all below
  // The last segment that was read: a word of it, or of one before, is no news.
  int64_t read_to_ = 0;
  // Nothing is under way: neither a step nor a message.
  bool idle_ = false;
  bool cancelled_ = false;
  bool ended_ = false;
};

}  // namespace rookery::tracking
