// MetricColumns of the protos, and the columns that segments are made of.
#pragma once

#include <rookery/tracking/v1/metric_columns.pb.h>

#include <cstddef>
#include <string>

#include "libs/base/status.h"
#include "libs/segment/points.h"

namespace rookery::tracking {

// Points of a message that is sent, at most.
inline constexpr size_t kMaxMessagePoints = 65'536;

// Of columns that CheckColumns has found to be right.
segment::Points FromCheckedColumns(const v1::MetricColumns& columns);

// Where the message ends that begins at row `begin` of sorted points: it has kMaxMessagePoints at
// most, and of keys, which may be as many, no more bytes than gRPC's clients take by default.
size_t EndOfMessage(const segment::Points& points, size_t begin);

// The rows [begin, end), with the dictionaries that they need. `columns` has none yet.
void ToColumns(const segment::Points& points, size_t begin, size_t end, v1::MetricColumns* columns);

}  // namespace rookery::tracking
