// The transport of the sidecar's ingest: one line an RPC.
#pragma once

#include <rookery/tracking/v1/metric_service.pb.h>

#include "libs/rpc/service.h"
#include "services/tracking/ingest_stream.h"
#include "sidecar/forward/upstream.h"
#include "sidecar/ingress/ingest.h"

namespace rookery::sidecar {

// What reads is UNIMPLEMENTED: the upstream has it. But for CountStoredPoints, which is passed on.
// CatchUp is UNIMPLEMENTED, too: the upstream waits for the sidecar, which answers for all that its
// producers were acknowledged, and for nobody behind it.
class MetricService final : public rpc::Service {
 public:
  static constexpr char kName[] = "rookery.tracking.v1.MetricService";

  MetricService(Ingest& ingest, Upstream& upstream, const rpc::Unary& unary,
                const tracking::IngestStream::Parts& streams);

 private:
  void Count(const CallContext& call, const tracking::v1::CountStoredPointsRequest& request,
             Done<tracking::v1::CountStoredPointsResponse> done);
  void RefuseCatchUp(const CallContext& call, const tracking::v1::CatchUpRequest& request,
                     Done<tracking::v1::CatchUpResponse> done);

  Upstream& upstream_;
};

}  // namespace rookery::sidecar
