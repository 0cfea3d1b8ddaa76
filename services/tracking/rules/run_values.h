// What a run is given, as lists.
#pragma once

#include <google/protobuf/repeated_ptr_field.h>
#include <rookery/tracking/v1/metric.pb.h>
#include <rookery/tracking/v1/run.pb.h>

namespace rookery::tracking {

using Metrics = google::protobuf::RepeatedPtrField<v1::Metric>;
using Params = google::protobuf::RepeatedPtrField<v1::Param>;
using RunTags = google::protobuf::RepeatedPtrField<v1::RunTag>;

}  // namespace rookery::tracking
