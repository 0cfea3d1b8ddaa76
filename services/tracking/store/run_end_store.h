// Rows of who writes to runs that are not ended, and of ends that wait for them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/db/database.h"
#include "services/tracking/store/run_store.h"

namespace rookery::tracking::store {

// producer_id and run_id; those that are there already stay as they are.
Status InsertRunProducers(db::Transaction& txn, std::string_view workspace,
                          const std::set<std::pair<std::string, std::string>>& writers);

// By run_id; runs without any are left out.
StatusOr<std::map<std::string, std::set<std::string>>> ProducersOfRuns(db::Transaction& txn,
                                                                       std::string_view workspace,
                                                                       const db::TextList& run_ids);

struct PendingEnd {
  std::string run_id;
  std::string end_id;
  std::string producer_id;
  v1::RunStatus status = v1::RUN_STATUS_UNSPECIFIED;
  std::optional<int64_t> end_time_ms;
};
// Each takes the place of one that is there, whose time it keeps. Sorted by run_id.
Status UpsertPendingEnds(db::Transaction& txn, std::string_view workspace,
                         const std::vector<PendingEnd>& ends, int64_t now_ms);

// The runs are ended, or go on: no end waits, and, if they are ended, nobody is on record.
Status ForgetPendingEnds(db::Transaction& txn, std::string_view workspace,
                         const db::TextList& run_ids);
Status ForgetProducersOfRuns(db::Transaction& txn, std::string_view workspace,
                             const db::TextList& run_ids);

struct Awaited {
  // At most 1,000.
  std::vector<std::string> end_ids;
  bool has_open_runs = false;
};
// One query.
StatusOr<Awaited> FindAwaited(db::Transaction& txn, std::string_view workspace,
                              std::string_view producer_id);

// Of these ends, or of all, the runs that the producer has written to.
StatusOr<db::TextList> RunsOfEnds(db::Transaction& txn, std::string_view workspace,
                                  std::string_view producer_id, const db::TextList& end_ids);
StatusOr<db::TextList> RunsWithEnds(db::Transaction& txn, std::string_view workspace,
                                    std::string_view producer_id);

Status NoteCaughtUp(db::Transaction& txn, std::string_view workspace, std::string_view producer_id,
                    const db::TextList& run_ids, const db::TextList& end_ids);
Status DeleteProducerOfRuns(db::Transaction& txn, std::string_view workspace,
                            std::string_view producer_id);

// What is to be done to a run.
struct EndOfRun {
  std::string run_id;
  RunChange change;
};
// Of these runs.
StatusOr<std::vector<EndOfRun>> EndsThatWaitForNobody(db::Transaction& txn,
                                                      std::string_view workspace,
                                                      const db::TextList& run_ids);

// In all workspaces. One query each.
StatusOr<int64_t> CountPendingEnds(db::Transaction& txn);
struct LateEnd {
  std::string workspace;
  std::string run_id;
};
// The first 100 that came at `until_ms` or earlier.
StatusOr<std::vector<LateEnd>> FindLateEnds(db::Transaction& txn, int64_t until_ms);
// The same of one run: it may have been applied since.
StatusOr<std::optional<EndOfRun>> FindLateEnd(db::Transaction& txn, std::string_view workspace,
                                              std::string_view run_id, int64_t until_ms);

}  // namespace rookery::tracking::store
