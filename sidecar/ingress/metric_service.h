// The transport of the sidecar's ingest: one line an RPC.
#pragma once

#include <rookery/tracking/v1/metric_service.grpc.pb.h>

#include <utility>

#include "libs/rpc/unary.h"
#include "services/tracking/ingest_stream.h"
#include "sidecar/forward/upstream.h"
#include "sidecar/ingress/ingest.h"

namespace rookery::sidecar {

// What reads is UNIMPLEMENTED: the upstream has it. But for CountStoredPoints, which is passed on.
class MetricService final : public tracking::v1::MetricService::CallbackService {
 public:
  MetricService(sidecar::Ingest& ingest, Upstream& upstream, const rpc::Unary& unary,
                const tracking::IngestStream::Parts& streams)
      : ingest_(ingest), upstream_(upstream), unary_(unary), streams_(streams) {}

 private:
  using Context = grpc::CallbackServerContext;
  using Request = tracking::v1::IngestRequest;
  using Response = tracking::v1::IngestResponse;

  // A call's own way to the ingest.
  tracking::IngestWrite WayOf(const Context& context) const {
    return [this, ack = ParseAck(rpc::Metadata(context, kAckKey))](
               const CallContext& call, const Request& request, Done<Response> done) {
      if (!ack.ok()) return done(ack.status());
      ingest_.Write(call, request, *ack, std::move(done));
    };
  }

  grpc::ServerUnaryReactor* OpenProducer(Context* context,
                                         const tracking::v1::OpenProducerRequest* request,
                                         tracking::v1::OpenProducerResponse* response) override {
    return unary_(context, request, response, ingest_, &sidecar::Ingest::Open);
  }
  grpc::ServerUnaryReactor* Ingest(Context* context, const Request* request,
                                   Response* response) override {
    return unary_(context, request, response, WayOf(*context));
  }
  grpc::ServerBidiReactor<Request, Response>* IngestStream(Context* context) override {
    return new tracking::IngestStream(context, WayOf(*context), streams_);
  }
  grpc::ServerUnaryReactor* CountStoredPoints(
      Context* context, const tracking::v1::CountStoredPointsRequest* request,
      tracking::v1::CountStoredPointsResponse* response) override {
    return unary_(context, request, response, *this, &MetricService::Count);
  }
  void Count(const CallContext& call, const tracking::v1::CountStoredPointsRequest& request,
             Done<tracking::v1::CountStoredPointsResponse> done);

  sidecar::Ingest& ingest_;
  Upstream& upstream_;
  const rpc::Unary& unary_;
  const tracking::IngestStream::Parts streams_;
};

}  // namespace rookery::sidecar
