// Which fields a request may not leave out.
#pragma once

#include <google/protobuf/message.h>

#include "libs/base/status.h"

namespace rookery::transcode {

// INVALID_ARGUMENT with MLflow's text ("Missing value for required parameter
// 'metrics[0].timestamp'. See ...") if a field marked `(google.api.field_behavior) = REQUIRED` is
// missing from `request` or from a message within it that is set, element of a list or value of a
// map.
//
// Missing is: not set; an empty string or bytes; an empty list or map. Numbers, bools and enums
// without presence are never missing. A message's own fields are looked at before those of the
// messages within it.
//
// Cheap enough for every request: what is required is found out once for each type and remembered
// for the life of the process. Thread-safe.
Status CheckRequired(const google::protobuf::Message& request);

}  // namespace rookery::transcode
