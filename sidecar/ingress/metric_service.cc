#include "sidecar/ingress/metric_service.h"

#include <absl/time/clock.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "libs/rpc/call.h"
#include "sidecar/face/ack.h"

namespace rookery::sidecar {
namespace {

namespace v1 = tracking::v1;

constexpr absl::Duration kCountLimit = absl::Seconds(30);

// A call's own way to the ingest, by what its metadata says of the acknowledgement.
tracking::IngestWrite WayOf(Ingest& ingest, std::string_view ack_text) {
  return
      [&ingest, ack = ParseAck(ack_text)](const CallContext& call, const v1::IngestRequest& request,
                                          Done<v1::IngestResponse> done) {
        if (!ack.ok()) return done(ack.status());
        ingest.Write(call, request, *ack, std::move(done));
      };
}

}  // namespace

MetricService::MetricService(Ingest& ingest, Upstream& upstream, const rpc::Unary& unary,
                             const tracking::IngestStream::Parts& streams)
    : Service(kName, unary), upstream_(upstream) {
  On("OpenProducer", ingest, &Ingest::Open);
  OnCarrier<v1::IngestRequest, v1::IngestResponse>(
      "Ingest", [this, &ingest](rpc::Carrier& carrier, const auto& request, auto* response) {
        this->unary().Serve(carrier, request, response, WayOf(ingest, carrier.Metadata(kAckKey)));
      });
  OnBidi<v1::IngestRequest, v1::IngestResponse>(
      "IngestStream", [&ingest, streams](Context* context) {
        auto write = WayOf(ingest, rpc::Metadata(*context, kAckKey));
        return new tracking::IngestStream(context, std::move(write), streams);
      });
  On("CountStoredPoints", *this, &MetricService::Count);
  On("CatchUp", *this, &MetricService::RefuseCatchUp);
}

// An answer without ends would say that the caller is waited for, as soon as there are any.
void MetricService::RefuseCatchUp(const CallContext&, const v1::CatchUpRequest&,
                                  Done<v1::CatchUpResponse> done) {
  done(absl::UnimplementedError(
      "The end of a run waits for this sidecar, which tells its server when all is there that was "
      "acknowledged here, and not for who writes to it. A producer that acknowledges to others "
      "what "
      "it keeps back writes to the server."));
}

void MetricService::Count(const CallContext& call, const v1::CountStoredPointsRequest& request,
                          Done<v1::CountStoredPointsResponse> done) {
  static const auto& method = MethodNamed("rookery.tracking.v1.MetricService.CountStoredPoints");
  if (upstream_.away()) return done(UpstreamIsAway());
  rpc::CallOptions options{InWorkspace(call.workspace),
                           std::min(call.deadline, absl::Now() + kCountLimit)};
  if (call.authorization) options.metadata.emplace_back("authorization", *call.authorization);
  struct Counting {
    v1::CountStoredPointsResponse response;
    Done<v1::CountStoredPointsResponse> done;
  };
  auto counting = std::make_shared<Counting>();
  counting->done = std::move(done);
  (void)upstream_.Unary(method, options, request, &counting->response,
                        [counting](const Status& status) {
                          if (!status.ok()) return counting->done(status);
                          counting->done(std::move(counting->response));
                        });
}

}  // namespace rookery::sidecar
