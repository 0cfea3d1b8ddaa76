// What is counted of every kind of request: how many by outcome, how long they took, how many there
// are now.
#pragma once

#include <absl/time/time.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "libs/metrics/registry.h"

namespace rookery::metrics {

// Shared by the operations of one protocol.
struct OperationFamilies {
  Family requests;
  Family duration;
  Family in_flight;
  // The label of `requests` that says how one ended, and all its values. Lives for ever.
  const char* outcome_label;
  std::span<const std::string_view> outcomes;
};

// One method or route. Its series are made when they are first needed, so that what nobody calls
// takes no room in a scrape; after that each is an atomic load away. Thread-safe. Must not outlive
// the registry.
class Operation {
 public:
  // Null: nothing is counted. `families` must live for ever.
  Operation(Registry* registry, const OperationFamilies& families, Labels labels);
  ~Operation();
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  // Each Begin is followed by one End.
  void Begin() const;
  // `outcome` is an index of OperationFamilies::outcomes.
  void End(size_t outcome, absl::Duration took) const;

 private:
  struct Series;

  const std::unique_ptr<Series> series_;
};

}  // namespace rookery::metrics
