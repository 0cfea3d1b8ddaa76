#include "libs/metrics/registry.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "libs/base/version.h"

namespace rookery::metrics {
namespace {

constexpr Family kBuildInfo = {"rookery_build_info", "Always 1; the labels say what runs."};

}  // namespace

const std::vector<double>& LatencyBuckets() {
  static const auto* const buckets = new std::vector<double>{
      0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
  return *buckets;
}

Registry::Registry() : registry_(std::make_unique<prometheus::Registry>()) {
  AddGauge(kBuildInfo, {{"version", kVersion}}).Set(1);
}

Registry::~Registry() = default;

Counter Registry::AddCounter(const Family& family, const Labels& labels) {
  return Counter(prometheus::BuildCounter()
                     .Name(family.name)
                     .Help(family.help)
                     .Register(*registry_)
                     .Add(labels));
}

Gauge Registry::AddGauge(const Family& family, const Labels& labels) {
  return Gauge(prometheus::BuildGauge()
                   .Name(family.name)
                   .Help(family.help)
                   .Register(*registry_)
                   .Add(labels));
}

Histogram Registry::AddHistogram(const Family& family, const Labels& labels,
                                 const std::vector<double>& buckets) {
  return Histogram(prometheus::BuildHistogram()
                       .Name(family.name)
                       .Help(family.help)
                       .Register(*registry_)
                       .Add(labels, buckets));
}

void Registry::BeforeText(std::function<void()> update) {
  const std::lock_guard lock(mutex_);
  updates_.push_back(std::move(update));
}

std::string Registry::Text() const {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& update : updates_) update();
  }
  return prometheus::TextSerializer().Serialize(registry_->Collect());
}

}  // namespace rookery::metrics
