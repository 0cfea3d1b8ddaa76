// A point without its key, and the orders of history.
#pragma once

#include <cmath>
#include <compare>
#include <cstdint>
#include <utility>

#include "libs/segment/points.h"

namespace rookery::tracking::store {

struct MetricPoint {
  int64_t timestamp_ms = 0;
  int64_t step = 0;
  double value = 0;

  bool is_nan() const { return std::isnan(value); }
  // In orders a NaN stands where 0 does, and after it.
  double number() const { return is_nan() ? 0 : value; }

  // Whether they are one point; NaN equals NaN.
  bool operator==(const MetricPoint& other) const {
    return timestamp_ms == other.timestamp_ms && step == other.step && is_nan() == other.is_nan() &&
           number() == other.number();
  }
};

// The order of a history's pages. The integers mostly decide, and are asked first.
inline bool ByTime(const MetricPoint& a, const MetricPoint& b) {
  if (a.timestamp_ms != b.timestamp_ms) return a.timestamp_ms < b.timestamp_ms;
  if (a.step != b.step) return a.step < b.step;
  return std::make_pair(a.is_nan(), a.number()) < std::make_pair(b.is_nan(), b.number());
}

// The order in which samples are counted, which is that of segments.
inline bool ByStep(const MetricPoint& a, const MetricPoint& b) {
  if (a.step != b.step) return a.step < b.step;
  if (a.timestamp_ms != b.timestamp_ms) return a.timestamp_ms < b.timestamp_ms;
  return std::make_pair(a.number(), a.is_nan()) < std::make_pair(b.number(), b.is_nan());
}

inline MetricPoint PointAt(const segment::Columns& columns, size_t row) {
  return {columns.timestamp_ms[row], columns.step[row], columns.value[row]};
}

}  // namespace rookery::tracking::store
