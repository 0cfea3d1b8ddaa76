// The metrics of one process.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "libs/metrics/instruments.h"

namespace prometheus {
class Registry;
}

namespace rookery::metrics {

// What has one name. The name ends with its base unit (_seconds, _bytes) or, of a counter, _total.
struct Family {
  const char* name;
  const char* help;
};

using Labels = std::map<std::string, std::string>;

// Upper bounds in seconds, for answers to callers: 0.5 ms to 30 s.
const std::vector<double>& LatencyBuckets();

// Made by main before what counts in it, and gone after it. Thread-safe.
class Registry {
 public:
  // `rookery_build_info` is in it from the beginning.
  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  // Each takes a lock: called when a part is built, not when it counts. The same family and labels
  // name the same counter, however often they are added. The labels of a family are always of the
  // same names, and their values from a known list.
  Counter AddCounter(const Family& family, const Labels& labels = {});
  Gauge AddGauge(const Family& family, const Labels& labels = {});
  Histogram AddHistogram(const Family& family, const Labels& labels = {},
                         const std::vector<double>& buckets = LatencyBuckets());

  // Has `update` called before each Text, one at a time: for what is looked up, not counted. What
  // it uses must live as long as the registry.
  void BeforeText(std::function<void()> update);

  // All of it in Prometheus' text format.
  std::string Text() const;

 private:
  const std::unique_ptr<prometheus::Registry> registry_;
  mutable std::mutex mutex_;
  std::vector<std::function<void()>> updates_;  // Guarded by mutex_.
};

// The media type of Registry::Text.
inline constexpr char kTextContentType[] = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace rookery::metrics
