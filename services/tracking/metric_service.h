// The transport of metrics by the million: one line an RPC.
#pragma once

#include <rookery/tracking/v1/metric_service.grpc.pb.h>

#include <utility>

#include "libs/rpc/unary.h"
#include "services/tracking/column_stream.h"
#include "services/tracking/domain/ingest.h"
#include "services/tracking/domain/metric_reads.h"
#include "services/tracking/domain/run_ends.h"
#include "services/tracking/ingest_stream.h"
#include "services/tracking/stream_parts.h"
#include "services/tracking/watch_stream.h"

namespace rookery::tracking {

class MetricService final : public v1::MetricService::CallbackService {
 public:
  MetricService(tracking::Ingest& ingest, RunEnds& run_ends, MetricReads& reads,
                const StreamParts& streams, const rpc::Unary& unary)
      : ingest_(ingest), run_ends_(run_ends), reads_(reads), streams_(streams), unary_(unary) {}

 private:
  using Context = grpc::CallbackServerContext;

  grpc::ServerUnaryReactor* OpenProducer(Context* context, const v1::OpenProducerRequest* request,
                                         v1::OpenProducerResponse* response) override {
    return unary_(context, request, response, ingest_, &tracking::Ingest::Open);
  }
  grpc::ServerUnaryReactor* Ingest(Context* context, const v1::IngestRequest* request,
                                   v1::IngestResponse* response) override {
    return unary_(context, request, response, ingest_, &tracking::Ingest::Write);
  }
  grpc::ServerBidiReactor<v1::IngestRequest, v1::IngestResponse>* IngestStream(
      Context* context) override {
    return new tracking::IngestStream(
        context,
        [this](const CallContext& call, const v1::IngestRequest& request,
               Done<v1::IngestResponse> done) { ingest_.Write(call, request, std::move(done)); },
        {streams_.executor, streams_.workspaces, streams_.log});
  }
  grpc::ServerUnaryReactor* CatchUp(Context* context, const v1::CatchUpRequest* request,
                                    v1::CatchUpResponse* response) override {
    return unary_(context, request, response, run_ends_, &RunEnds::CatchUp);
  }
  grpc::ServerWriteReactor<v1::ReadMetricColumnsResponse>* ReadMetricColumns(
      Context* context, const v1::ReadMetricColumnsRequest* request) override {
    return new ColumnStream(context, *request, streams_);
  }
  grpc::ServerWriteReactor<v1::WatchMetricsResponse>* WatchMetrics(
      Context* context, const v1::WatchMetricsRequest* request) override {
    return new WatchStream(context, *request, streams_);
  }
  grpc::ServerUnaryReactor* CountStoredPoints(Context* context,
                                              const v1::CountStoredPointsRequest* request,
                                              v1::CountStoredPointsResponse* response) override {
    return unary_(context, request, response, reads_, &MetricReads::Count);
  }

  tracking::Ingest& ingest_;
  RunEnds& run_ends_;
  MetricReads& reads_;
  const StreamParts streams_;
  const rpc::Unary& unary_;
};

}  // namespace rookery::tracking
