// The history of metrics and what is derived from it.
#pragma once

#include <absl/functional/function_ref.h>
#include <google/protobuf/repeated_ptr_field.h>
#include <rookery/tracking/v1/metric.pb.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libs/db/database.h"

namespace rookery::tracking::store {

using Metrics = google::protobuf::RepeatedPtrField<v1::Metric>;

// Where a page of a history ended; the next one begins after it.
struct MetricCursor {
  int64_t timestamp_ms = -1;
  int64_t step = 0;
  bool is_nan = false;
  double value = 0;
};

struct MetricPage {
  Metrics points;
  // Absent on the last page.
  std::optional<MetricCursor> next;
};

// Everything that is known of metric points goes through this class, so that the way they are
// stored can change behind it; metric_store_test.cc says what must not change. Stateless and
// thread-safe.
class MetricStore {
 public:
  // Adds points to the history of a run, and keeps the latest of each key. Points that are there
  // already count once. The points name valid keys and non-negative timestamps.
  Status Append(db::Transaction& txn, std::string_view workspace, std::string_view run_id,
                const Metrics& points) const;

  // The latest point of each key by (step, timestamp, value), ordered by key.
  Status ReadLatest(db::Transaction& txn, std::string_view workspace, std::string_view run_id,
                    Metrics* points) const;

  // The same for many runs: `list` returns where a run's points are appended. The keys of a run
  // come in any order.
  Status ReadLatestOfRuns(db::Transaction& txn, std::string_view workspace,
                          const db::TextList& run_ids,
                          absl::FunctionRef<Metrics*(std::string_view)> list) const;

  // Points of one key after `after`, ordered by (timestamp, step, value), at most `limit`.
  StatusOr<MetricPage> ReadHistory(db::Transaction& txn, std::string_view workspace,
                                   std::string_view run_id, std::string_view key,
                                   const MetricCursor& after, int64_t limit) const;

  // The points that name a logged model, ordered by key.
  Status ReadModelMetrics(db::Transaction& txn, std::string_view workspace,
                          std::string_view model_id, Metrics* points) const;
};

}  // namespace rookery::tracking::store
