// What runs logged, kept in memory for the next who asks.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/container/flat_hash_map.h>
#include <absl/synchronization/mutex.h>

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "libs/metrics/registry.h"
#include "services/tracking/store/run_store.h"

namespace rookery::tracking {

// Encoded runs by workspace and id, each good for one version of the run only. What was not asked
// for the longest time goes first. Thread-safe.
class RunCache {
 public:
  struct Options {
    // Of what it keeps, with what it takes to find it. 0: it keeps nothing.
    size_t max_bytes = size_t{32} << 20;
    // Null: nothing is counted.
    metrics::Registry* metrics = nullptr;
  };
  using Bytes = std::shared_ptr<const std::string>;

  explicit RunCache(const Options& options);

  // Null: it has no such run in this version.
  Bytes Find(std::string_view workspace, std::string_view run_id, const store::RunVersion& version);

  // A run that takes too large a part of the room is not kept.
  void Put(std::string_view workspace, std::string_view run_id, const store::RunVersion& version,
           std::string bytes);

 private:
  struct Entry {
    std::string key;
    store::RunVersion version;
    Bytes bytes;
  };
  using Entries = std::list<Entry>;
  struct Metrics {
    explicit Metrics(metrics::Registry* registry);
    metrics::Counter hits;
    metrics::Counter misses;
    metrics::Gauge bytes;
  };

  static size_t SizeOf(const Entry& entry);
  void Drop(Entries::iterator entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t max_bytes_;
  const Metrics metrics_;
  absl::Mutex mutex_;
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  // The last that was asked for comes first.
  Entries entries_ ABSL_GUARDED_BY(mutex_);
  // The keys are those of the entries.
  absl::flat_hash_map<std::string_view, Entries::iterator> by_key_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace rookery::tracking
