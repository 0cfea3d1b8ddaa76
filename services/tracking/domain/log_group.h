// One transaction's writes to the runs of one workspace.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/tracking/domain/known_writers.h"
#include "services/tracking/domain/log_write.h"
#include "services/tracking/store/metric_store.h"
#include "services/tracking/store/producer_store.h"
#include "services/tracking/store/run_end_store.h"
#include "services/tracking/store/run_log_store.h"

namespace rookery::tracking {

// Reads what the writes depend on, and locks it; takes or refuses the writes one after the other;
// then writes all that was taken, in bulk. Made anew for each try.
class LogGroup {
 public:
  LogGroup(db::Transaction& txn, const store::MetricStore& metrics, const KnownWriters& writers,
           std::string_view workspace, int64_t now_ms)
      : txn_(txn), metrics_(metrics), writers_(writers), workspace_(workspace), now_ms_(now_ms) {}

  // Refuses writes that cannot be (GroupWrite::Refuse). An error is the transaction's.
  Status Write(const std::vector<LogWrite*>& writes);

  // Those that it put on record.
  const std::vector<KnownWriters::Writer>& new_writers() const { return new_writers_; }
  // Of the latest points (store::MetricStore::Append).
  int64_t dead_bytes() const { return dead_bytes_; }

 private:
  using RunKey = std::pair<std::string_view, std::string_view>;  // run_id, key

  Status Read(const std::vector<LogWrite*>& writes);
  Status Store();
  // Puts producers on record, and sorts out which ends have to wait for others.
  Status StoreWriters() const;
  Status StoreEnds();
  // The gaps, and the tag of the runs that they concern.
  Status StoreGaps();

  Status Take(LogWrite* write);
  // OK, and in `skipped` the things that were stored before.
  Status CheckSequence(const LogWrite& write, int64_t* skipped);
  Status CheckRun(const RunWrite& run) const;
  Status CheckModels(const RunWrite& run) const;
  Status CheckParams(const RunWrite& run, ParamStyle style) const;
  // Puts all but the first `skipped` things of `run` to what is stored.
  void Keep(const RunWrite& run, int64_t skipped);
  void KeepEnd(const RunWrite& run, const std::string& producer_id);
  // If the run is not ended and the producer is not on record.
  void KeepWriter(const RunWrite& run, const Sequenced& sequenced);
  void KeepGap(const std::string& producer_id, const Gap& gap);

  db::Transaction& txn_;
  const store::MetricStore& metrics_;
  const KnownWriters& writers_;
  const std::string_view workspace_;
  const int64_t now_ms_;

  // What is in the database.
  std::map<std::string, store::LockedRun> runs_;
  std::map<std::pair<std::string, std::string>, std::string> params_;  // run_id, key; also new ones
  std::set<std::string> models_;
  std::map<std::string, store::Producer> producers_;

  // What is to be written, in the order in which it is locked.
  std::map<std::string_view, segment::Points> points_;
  std::map<RunKey, std::string_view> new_params_;
  std::map<RunKey, std::string_view> tags_;
  std::map<std::string_view, store::RunChange> changes_;
  std::map<std::string_view, store::PendingEnd> ends_;
  std::vector<KnownWriters::Writer> new_writers_;
  std::set<std::string_view> moved_producers_;
  std::vector<store::IngestGap> gaps_;
  int64_t dead_bytes_ = 0;
};

}  // namespace rookery::tracking
