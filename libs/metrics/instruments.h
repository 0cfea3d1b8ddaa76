// Handles to what a Registry counts.
#pragma once

#include <absl/time/time.h>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace rookery::metrics {

// All three are copied freely, may be used by any thread, and must not outlive their registry. Made
// by none, they do nothing.
class Counter {
 public:
  Counter() = default;
  void Increment(double by = 1) const;

 private:
  friend class Registry;
  explicit Counter(prometheus::Counter& counter) : counter_(&counter) {}
  prometheus::Counter* counter_ = nullptr;
};

class Gauge {
 public:
  Gauge() = default;
  void Add(double by) const;
  void Set(double value) const;

 private:
  friend class Registry;
  explicit Gauge(prometheus::Gauge& gauge) : gauge_(&gauge) {}
  prometheus::Gauge* gauge_ = nullptr;
};

// Of durations, in seconds, or of counts.
class Histogram {
 public:
  Histogram() = default;
  void Observe(absl::Duration duration) const;
  void Observe(double value) const;

 private:
  friend class Registry;
  explicit Histogram(prometheus::Histogram& histogram) : histogram_(&histogram) {}
  prometheus::Histogram* histogram_ = nullptr;
};

}  // namespace rookery::metrics
