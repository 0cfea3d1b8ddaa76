// How a program serves gRPC.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "libs/base/status.h"
#include "libs/metrics/registry.h"
#include "libs/program/flags.h"
#include "libs/program/lifetime.h"

namespace grpc {
class Service;
}

namespace rookery::program {

// Serves `services`, which outlive the call, and an AdminEndpoint, which shows `metrics`, until the
// program is stopped.
// `name` is the program's; `keeps` ends its announcement ("metadata in sqlite:///tracking.db").
// `before_drain` ends what would hold a drain up, within the time that it is given; gRPC has what
// is left of it. INVALID_ARGUMENT, UNAVAILABLE: an address cannot be used.
Status ServeGrpc(
    Lifetime& lifetime, std::string_view name, const GrpcAddresses& addresses,
    const std::vector<grpc::Service*>& services, metrics::Registry& metrics, std::string_view keeps,
    const std::function<void(absl::Duration)>& before_drain = [](absl::Duration) {});

}  // namespace rookery::program
