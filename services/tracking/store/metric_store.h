// The history of metrics and what is derived from it.
#pragma once

#include <absl/functional/function_ref.h>
#include <google/protobuf/repeated_ptr_field.h>
#include <rookery/tracking/v1/metric.pb.h>

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/db/database.h"
#include "services/tracking/rules/run_values.h"
#include "services/tracking/store/metric_point.h"
#include "services/tracking/store/segment_store.h"

namespace rookery::tracking::store {

using tracking::Metrics;

// Where the latest points are.
inline constexpr char kLatestTable[] = "latest_metrics";

// Where a page of a history ended; the next one begins after it.
struct MetricCursor {
  int64_t timestamp_ms = -1;
  int64_t step = 0;
  bool is_nan = false;
  double value = 0;
};

// The points of one key in several runs, from the first step to the last.
struct Series {
  db::TextList run_ids;
  std::string_view key;
  int64_t first_step = std::numeric_limits<int64_t>::min();
  int64_t last_step = std::numeric_limits<int64_t>::max();
};

// Where reading a run's columns ended.
struct ColumnPlace {
  std::string key;
  MetricPoint point;
};

// Which of so many points, counted from 0, are in a sample; ascending. It may be asked again.
using Sampler = absl::FunctionRef<std::vector<int64_t>(int64_t count)>;

// Everything that is known of metric points goes through this class, so that the way they are
// stored can change behind it; metric_store_test.cc says what must not change. Stateless and
// thread-safe.
class MetricStore {
 public:
  // Adds points to the histories of runs, which differ and are sorted by run_id, and keeps the
  // latest of each key. Points that are there already count once. The points name valid keys and
  // non-negative timestamps. They are sorted in place, and may be appended again by a body that
  // runs again. A run without points is passed over. Returns about how many bytes of the latest
  // points are dead by it, taking new ones for such as replace others.
  StatusOr<int64_t> Append(db::Transaction& txn, std::string_view workspace,
                           std::vector<RunPoints>* runs) const;

  // The latest point of each key by (step, timestamp, value): `list` returns where a run's points
  // are appended. The keys of a run come in any order.
  Status ReadLatestOfRuns(db::Transaction& txn, std::string_view workspace,
                          const db::TextList& run_ids,
                          absl::FunctionRef<Metrics*(std::string_view)> list) const;

  // Appends points of one key after `after`, ordered by (timestamp, step, value), at most `limit`.
  // Returns where they end, or nothing if none follow.
  StatusOr<std::optional<MetricCursor>> ReadHistory(db::Transaction& txn,
                                                    std::string_view workspace,
                                                    std::string_view run_id, std::string_view key,
                                                    const MetricCursor& after, int64_t limit,
                                                    Metrics* history) const;

  // Points of one key in several runs, ordered by (run_id, timestamp, step, value), at most `limit`
  // of all. Each names its run, as below.
  StatusOr<Metrics> ReadHistories(db::Transaction& txn, std::string_view workspace,
                                  const db::TextList& run_ids, std::string_view key,
                                  int64_t limit) const;

  // Of each run that has any, the points that `sampler` chooses when they are counted in the order
  // of (step, timestamp, value); in that order.
  StatusOr<std::map<std::string, Metrics>> ReadSamples(db::Transaction& txn,
                                                       std::string_view workspace,
                                                       const Series& series, Sampler sampler) const;

  // The next points of a run in the order of (key, step, timestamp, value), each once, with their
  // origins: behind `after`, or from the first if it is null. Of all keys, or of `keys`, which are
  // sorted, if there are any. About as many as asked for; none at the end. They take the place and
  // the memory of what `points` had.
  Status ReadColumns(db::Transaction& txn, std::string_view workspace, const std::string& run_id,
                     const std::vector<std::string>& keys, const ColumnPlace* after, int64_t about,
                     segment::Points* points) const;

  // Of each logged model that points name, these points, ordered by key.
  StatusOr<std::map<std::string, Metrics>> ReadModelMetrics(db::Transaction& txn,
                                                            std::string_view workspace,
                                                            const db::TextList& model_ids) const;
};

}  // namespace rookery::tracking::store
