#include "services/artifact/data_plane/data_plane_metrics.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace rookery::artifact {
namespace {

constexpr std::array<std::string_view, 14> kStatuses = {"200", "201", "206", "304",   "400",
                                                        "403", "404", "405", "412",   "413",
                                                        "416", "500", "503", "broken"};
// In the order of BlobOperation.
constexpr std::array kNames = {"put_blob",     "put_block", "put_block_list",
                               "set_metadata", "read",      "list"};

constexpr metrics::OperationFamilies kFamilies = {
    {"rookery_blob_requests_total",
     "Requests with signed URLs that were answered; broken: the answer broke off."},
    {"rookery_blob_request_duration_seconds",
     "From a request's header to the end of its answer; both bodies' transfers are in it."},
    {"rookery_blob_requests_in_flight", "Requests with signed URLs that have not been answered."},
    "status",
    kStatuses,
};

}  // namespace

DataPlaneMetrics::DataPlaneMetrics(metrics::Registry* registry) {
  for (size_t i = 0; i < kOperations; ++i) {
    operations_[i] = std::make_unique<metrics::Operation>(
        registry, kFamilies, metrics::Labels{{"operation", kNames[i]}});
  }
}

void DataPlaneMetrics::End(BlobOperation operation, int status, absl::Duration took) const {
  const auto* const found = std::ranges::find(kStatuses, std::to_string(status));
  const auto* const last = kStatuses.end() - 1;
  Of(operation).End(std::min(found, last) - kStatuses.begin(), took);
}

}  // namespace rookery::artifact
