// Tags that mean something to the service.
#pragma once

namespace rookery::tracking {

// A run's name.
inline constexpr char kRunNameTag[] = "mlflow.runName";
// Of a run that was ended before all who had written to it were known to have sent everything.
inline constexpr char kLateDataTag[] = "rookery.late_data_possible";

}  // namespace rookery::tracking
