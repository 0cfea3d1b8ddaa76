// What is known of a run without its data.
#pragma once

#include <rookery/tracking/v1/run.pb.h>

#include <string>
#include <string_view>

#include "libs/base/status.h"
#include "libs/db/database.h"
#include "services/tracking/domain/artifact_locations.h"
#include "services/tracking/store/run_store.h"

namespace rookery::tracking {

// Takes the info out of the row.
v1::RunInfo InfoOf(const ArtifactLocations& locations, std::string_view workspace,
                   store::RunRow* row);

// NOT_FOUND: there is no such run.
StatusOr<v1::RunInfo> ReadRunInfo(db::Transaction& txn, const ArtifactLocations& locations,
                                  std::string_view workspace, const std::string& run_id);

}  // namespace rookery::tracking
