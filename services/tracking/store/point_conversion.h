// Protobuf's metrics as the columns that segments are made of.
#pragma once

#include <google/protobuf/repeated_ptr_field.h>
#include <rookery/tracking/v1/metric.pb.h>

#include "libs/segment/points.h"

namespace rookery::tracking::store {

// Points in the order of `metrics`. A dataset counts only where a logged model is named.
segment::Points PointsOf(const google::protobuf::RepeatedPtrField<v1::Metric>& metrics);

}  // namespace rookery::tracking::store
