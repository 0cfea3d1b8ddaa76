// A run's name is also its tag `mlflow.runName`; these keep the two alike.
#pragma once

#include <string>

#include "services/tracking/rules/tags.h"
#include "services/tracking/store/run_store.h"

namespace rookery::tracking {

// The name that the tags give, or "". A run is never without a name, so empty ones do not count.
std::string NameInTags(const store::RunTags& tags);

void SetNameTag(const std::string& name, store::RunTags* tags);

}  // namespace rookery::tracking
