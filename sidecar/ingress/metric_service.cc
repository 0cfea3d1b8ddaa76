#include "sidecar/ingress/metric_service.h"

#include <absl/time/clock.h>

#include <algorithm>
#include <memory>

namespace rookery::sidecar {
namespace {

namespace v1 = tracking::v1;

constexpr absl::Duration kCountLimit = absl::Seconds(30);

}  // namespace

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
