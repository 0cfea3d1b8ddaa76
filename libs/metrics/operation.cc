#include "libs/metrics/operation.h"

#include <mutex>
#include <utility>
#include <vector>

namespace rookery::metrics {

struct Operation::Series {
  Series(Registry& its_registry, const OperationFamilies& its_families, Labels its_labels)
      : registry(its_registry),
        families(its_families),
        labels(std::move(its_labels)),
        ended(families.outcomes.size()) {}

  // A counter that is made when it is first counted.
  struct Ended {
    std::once_flag made;
    Counter counter;
  };

  Registry& registry;
  const OperationFamilies& families;
  const Labels labels;
  std::once_flag made;
  Gauge in_flight;
  Histogram duration;
  std::vector<Ended> ended;
};

Operation::Operation(Registry* registry, const OperationFamilies& families, Labels labels)
    : series_(registry == nullptr
                  ? nullptr
                  : std::make_unique<Series>(*registry, families, std::move(labels))) {}
Operation::~Operation() = default;

void Operation::Begin() const {
  if (series_ == nullptr) return;
  Series& series = *series_;
  std::call_once(series.made, [&series] {
    series.in_flight = series.registry.AddGauge(series.families.in_flight, series.labels);
    series.duration = series.registry.AddHistogram(series.families.duration, series.labels);
  });
  series.in_flight.Add(1);
}

void Operation::End(size_t outcome, absl::Duration took) const {
  if (series_ == nullptr) return;
  Series& series = *series_;
  Series::Ended& ended = series.ended[outcome];
  std::call_once(ended.made, [&] {
    Labels labels = series.labels;
    labels.emplace(series.families.outcome_label, series.families.outcomes[outcome]);
    ended.counter = series.registry.AddCounter(series.families.requests, labels);
  });
  ended.counter.Increment();
  series.duration.Observe(took);
  series.in_flight.Add(-1);
}

}  // namespace rookery::metrics
