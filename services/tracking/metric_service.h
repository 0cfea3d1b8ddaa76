// The transport of metrics by the million: one line an RPC.
#pragma once

#include <rookery/tracking/v1/metric_service.grpc.pb.h>

#include "libs/rpc/call_log.h"
#include "libs/rpc/unary.h"
#include "services/tracking/domain/ingest.h"
#include "services/tracking/ingest_stream.h"

namespace rookery::tracking {

class MetricService final : public v1::MetricService::CallbackService {
 public:
  MetricService(tracking::Ingest& ingest, const rpc::CallLog& log, const rpc::Unary& unary)
      : ingest_(ingest), log_(log), unary_(unary) {}

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
    return new tracking::IngestStream(context, ingest_, log_);
  }

  tracking::Ingest& ingest_;
  const rpc::CallLog& log_;
  const rpc::Unary& unary_;
};

}  // namespace rookery::tracking
