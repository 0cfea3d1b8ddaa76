// The transport of metrics by the million: one line an RPC.
#pragma once

#include <rookery/tracking/v1/metric_service.pb.h>

#include <utility>

#include "libs/rpc/service.h"
#include "services/tracking/column_stream.h"
#include "services/tracking/domain/ingest.h"
#include "services/tracking/domain/metric_reads.h"
#include "services/tracking/domain/run_ends.h"
#include "services/tracking/ingest_stream.h"
#include "services/tracking/stream_parts.h"
#include "services/tracking/watch_stream.h"

namespace rookery::tracking {

class MetricService final : public rpc::Service {
 public:
  static constexpr char kName[] = "rookery.tracking.v1.MetricService";

  MetricService(Ingest& ingest, RunEnds& run_ends, MetricReads& reads, const StreamParts& streams,
                const rpc::Unary& unary)
      : Service(kName, unary) {
    On("OpenProducer", ingest, &Ingest::Open);
    On("Ingest", ingest, &Ingest::Write);
    const IngestWrite write = [&ingest](const CallContext& call, const v1::IngestRequest& request,
                                        Done<v1::IngestResponse> done) {
      ingest.Write(call, request, std::move(done));
    };
    OnBidi<v1::IngestRequest, v1::IngestResponse>("IngestStream", [write,
                                                                   streams](Context* context) {
      return new IngestStream(context, write, {streams.executor, streams.workspaces, streams.log});
    });
    On("CatchUp", run_ends, &RunEnds::CatchUp);
    OnWrite<v1::ReadMetricColumnsRequest, v1::ReadMetricColumnsResponse>(
        "ReadMetricColumns", [streams](Context* context, const auto* request) {
          return new ColumnStream(context, *request, streams);
        });
    OnWrite<v1::WatchMetricsRequest, v1::WatchMetricsResponse>(
        "WatchMetrics", [streams](Context* context, const auto* request) {
          return new WatchStream(context, *request, streams);
        });
    On("CountStoredPoints", reads, &MetricReads::Count);
  }
};

}  // namespace rookery::tracking
