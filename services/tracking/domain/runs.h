// The life of a run.
#pragma once

#include <rookery/tracking/v1/run.pb.h>

#include <string>
#include <string_view>
#include <utility>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "libs/base/status.h"
#include "libs/db/database.h"
#include "services/tracking/domain/artifact_locations.h"
#include "services/tracking/domain/run_contents.h"
#include "services/tracking/domain/run_creation.h"

namespace rookery::tracking {

// The behaviour of RunService for runs as a whole; what they log is RunLog's. Thread-safe. What is
// passed in must outlive it.
class Runs {
 public:
  Runs(db::Database& database, RunContents& contents, const ArtifactLocations& locations,
       const Clock& clock)
      : database_(database),
        contents_(contents),
        locations_(locations),
        clock_(clock),
        creation_(database, locations, clock, RunCreation::DefaultOptions()) {}

  void Create(const CallContext& call, const v1::CreateRunRequest& request,
              Done<v1::CreateRunResponse> done) {
    creation_.Create(call, request, std::move(done));
  }
  StatusOr<v1::GetRunResponse> Get(const CallContext& call, const v1::GetRunRequest& request);
  StatusOr<v1::UpdateRunResponse> Update(const CallContext& call,
                                         const v1::UpdateRunRequest& request);
  StatusOr<v1::DeleteRunResponse> Delete(const CallContext& call,
                                         const v1::DeleteRunRequest& request);
  StatusOr<v1::RestoreRunResponse> Restore(const CallContext& call,
                                           const v1::RestoreRunRequest& request);

 private:
  Status SetStage(const CallContext& call, const std::string& run_id, std::string_view stage);

  db::Database& database_;
  RunContents& contents_;
  const ArtifactLocations& locations_;
  const Clock& clock_;
  RunCreation creation_;
};

}  // namespace rookery::tracking
