// The tracking service, assembled.
#pragma once

#include <absl/time/time.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/status.h"
#include "libs/db/database.h"
#include "libs/rpc/callers.h"
#include "libs/rpc/executor.h"

namespace grpc {
class Service;
}

namespace rookery::tracking {

struct TrackingOptions {
  // Where artifacts lie of experiments whose creator named no location.
  std::string artifact_root = "mlflow-artifacts:/";
  // How long the end of a run waits for other producers that have written to it.
  absl::Duration run_end_grace = absl::Seconds(60);
  // Memory for what runs logged, so that who looks again need not wait for it. 0: none.
  size_t run_cache_bytes = size_t{32} << 20;
  rpc::Executor::Options executor;
  // Says who calls; null: nobody is asked. Outlives the service.
  rpc::Callers* callers = nullptr;
};

// Owns everything between the database and the gRPC server that the services are registered with,
// which must be gone before it is.
class Tracking {
 public:
  // Makes the tables in a database that has none, and the Default experiment. FAILED_PRECONDITION:
  // the database's schema and this program do not fit (db::CreateOrCheck).
  static StatusOr<std::unique_ptr<Tracking>> Open(db::Database& database,
                                                  const TrackingOptions& options,
                                                  const Clock& clock);
  ~Tracking();

  std::vector<grpc::Service*> services();

  // Has all watches end, with UNAVAILABLE, and refuses new ones: a server that drains would wait
  // for them in vain.
  void EndWatches();

 private:
  struct Parts;
  explicit Tracking(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace rookery::tracking
