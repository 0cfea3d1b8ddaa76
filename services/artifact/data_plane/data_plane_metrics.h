// What is counted of the data plane's requests.
#pragma once

#include <absl/time/time.h>

#include <array>
#include <memory>

#include "libs/metrics/operation.h"
#include "services/artifact/data_plane/blob_request.h"

namespace rookery::artifact {

// Immutable, thread-safe.
class DataPlaneMetrics {
 public:
  // `registry` may be null; else it outlives this.
  explicit DataPlaneMetrics(metrics::Registry* registry);

  void Begin(BlobOperation operation) const { Of(operation).Begin(); }
  // `status` is HTTP's; 0 if the answer broke off.
  void End(BlobOperation operation, int status, absl::Duration took) const;

 private:
  const metrics::Operation& Of(BlobOperation operation) const {
    return *operations_[static_cast<size_t>(operation)];
  }

  static constexpr size_t kOperations = 6;
  std::array<std::unique_ptr<const metrics::Operation>, kOperations> operations_;
};

}  // namespace rookery::artifact
