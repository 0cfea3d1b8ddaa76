// What metric histories are to read as, by the simplest means.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "libs/segment/points.h"

namespace rookery::tracking::testing {

struct LoggedPoint {
  std::string key;
  int64_t step = 0;
  int64_t timestamp_ms = 0;
  double value = 0;
  segment::Origin origin;

  bool is_nan() const { return std::isnan(value); }
  // Where it stands in an order; a negative zero is zero.
  double number() const { return is_nan() ? 0 : value + 0.0; }

  auto by_time() const { return std::make_tuple(timestamp_ms, step, is_nan(), number()); }
  auto by_step() const { return std::make_tuple(step, timestamp_ms, number(), is_nan()); }

  std::string Text() const {
    return fmt::format("{} step {} at {} = {}", key, step, timestamp_ms,
                       is_nan() ? "nan" : fmt::to_string(number()));
  }
  std::string TextWithOrigin() const {
    return fmt::format("{} of '{}' on '{}' ({})", Text(), origin.model_id,
                       origin.dataset_name.value_or("-"), origin.dataset_digest.value_or("-"));
  }
};

using LoggedPoints = std::vector<LoggedPoint>;
using Texts = std::vector<std::string>;

inline Texts AsTexts(const LoggedPoints& points) {
  Texts texts;
  for (const LoggedPoint& point : points) texts.push_back(point.Text());
  return texts;
}

// All points that were ever logged to one run; each answer is computed from all of them.
class HistoryModel {
 public:
  void Log(const LoggedPoints& points) { all_.insert(all_.end(), points.begin(), points.end()); }

  int64_t stored() const { return std::ssize(all_); }

  std::set<std::string> Keys() const {
    std::set<std::string> keys;
    for (const LoggedPoint& point : all_) keys.insert(point.key);
    return keys;
  }

  // Each once.
  LoggedPoints ByTime(const std::string& key) const {
    return Once(key, [](const LoggedPoint& point) { return point.by_time(); });
  }
  // Each once, with the least of its origins that is not nothing.
  LoggedPoints ByStep(const std::string& key) const {
    return Once(key, [](const LoggedPoint& point) { return point.by_step(); });
  }

 private:
  template <typename Order>
  LoggedPoints Once(const std::string& key, Order order) const {
    std::map<decltype(order(LoggedPoint())), LoggedPoint> points;
    for (const LoggedPoint& point : all_) {
      if (point.key != key) continue;
      segment::Origin& kept = points.try_emplace(order(point), point).first->second.origin;
      const bool is_nothing = point.origin == segment::Origin();
      if (kept == segment::Origin() || (!is_nothing && point.origin < kept)) kept = point.origin;
    }
    LoggedPoints sorted;
    for (const auto& [place, point] : points) sorted.push_back(point);
    return sorted;
  }

  LoggedPoints all_;
};

}  // namespace rookery::tracking::testing
