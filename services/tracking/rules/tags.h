// Tags that mean something to the service.
#pragma once

namespace rookery::tracking {

// A run's name.
inline constexpr char kRunNameTag[] = "mlflow.runName";

}  // namespace rookery::tracking
