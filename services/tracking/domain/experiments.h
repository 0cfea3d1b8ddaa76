// What may be done with experiments.
#pragma once

#include <rookery/tracking/v1/experiment.pb.h>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "libs/base/status.h"
#include "libs/db/database.h"
#include "services/tracking/domain/artifact_locations.h"

namespace rookery::tracking {

// The behaviour of ExperimentService, method by method; the proto says what each does and which
// errors it has. Thread-safe. What is passed in must outlive it.
class Experiments {
 public:
  Experiments(db::Database& database, const ArtifactLocations& locations, const Clock& clock)
      : database_(database), locations_(locations), clock_(clock) {}

  StatusOr<v1::CreateExperimentResponse> Create(const CallContext& call,
                                                const v1::CreateExperimentRequest& request);
  StatusOr<v1::GetExperimentResponse> Get(const CallContext& call,
                                          const v1::GetExperimentRequest& request);
  StatusOr<v1::GetExperimentByNameResponse> GetByName(
      const CallContext& call, const v1::GetExperimentByNameRequest& request);
  StatusOr<v1::UpdateExperimentResponse> Update(const CallContext& call,
                                                const v1::UpdateExperimentRequest& request);
  StatusOr<v1::DeleteExperimentResponse> Delete(const CallContext& call,
                                                const v1::DeleteExperimentRequest& request);
  StatusOr<v1::RestoreExperimentResponse> Restore(const CallContext& call,
                                                  const v1::RestoreExperimentRequest& request);
  StatusOr<v1::SetExperimentTagResponse> SetTag(const CallContext& call,
                                                const v1::SetExperimentTagRequest& request);
  StatusOr<v1::DeleteExperimentTagResponse> DeleteTag(
      const CallContext& call, const v1::DeleteExperimentTagRequest& request);

 private:
  Status Move(const CallContext& call, const std::string& experiment_id, std::string_view from,
              std::string_view to);
  void WriteLocation(const CallContext& call, v1::Experiment* experiment) const;

  db::Database& database_;
  const ArtifactLocations& locations_;
  const Clock& clock_;
};

}  // namespace rookery::tracking
