// Points of every shape, for tests.
#pragma once

#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "libs/segment/directory.h"
#include "libs/segment/points.h"
#include "libs/segment/writer.h"

namespace rookery::segment::testing {

// Up to `max_points` points (at least one) of keys, steps, times, values and origins that are in
// turn regular and wild.
Points RandomPoints(std::mt19937* random, size_t max_points);

// One point without dictionaries; the value by its bits, so that NaN equals itself.
using Plain = std::tuple<std::string, int64_t, int64_t, uint64_t, Origin>;
// All points, sorted, so that two lists of points can be compared.
std::vector<Plain> Flatten(const std::vector<std::string>& keys, const std::vector<Origin>& origins,
                           const Columns& columns);

// All points of a segment, read as a user would. Fails the test if a block cannot be read.
std::vector<Plain> ReadAll(const EncodedSegment& segment);

}  // namespace rookery::segment::testing
