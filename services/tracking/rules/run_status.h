// What a run's status means.
#pragma once

#include <rookery/tracking/v1/run.pb.h>

namespace rookery::tracking {

// Whether a run with this status is over, unless it is resumed.
inline bool IsEnd(v1::RunStatus status) {
  return status == v1::FINISHED || status == v1::FAILED || status == v1::KILLED;
}

}  // namespace rookery::tracking
