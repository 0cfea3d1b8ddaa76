#include "services/tracking/store/producer_store.h"

#include <utility>

#include "services/tracking/store/sql.h"

namespace rookery::tracking::store {

StatusOr<Producer> OpenProducer(db::Transaction& txn, std::string_view workspace,
                                std::string_view producer_id, int64_t now_ms) {
  RETURN_IF_ERROR(txn.Execute(sql::kOpenProducer, {workspace, producer_id, now_ms}));
  const db::TextList ids = {std::string(producer_id)};
  ASSIGN_OR_RETURN(const auto producers, LockProducers(txn, workspace, ids));
  return producers.begin()->second;
}

StatusOr<std::map<std::string, Producer>> LockProducers(db::Transaction& txn,
                                                        std::string_view workspace,
                                                        const db::TextList& producer_ids) {
  std::map<std::string, Producer> producers;
  if (producer_ids.empty()) return producers;
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(sql::kLockProducers, {workspace, &producer_ids}));
  for (const db::Row& row : rows) {
    producers[std::string(row.Text(0))] = {row.Int(1), row.Int(2)};
  }
  return producers;
}

Status MoveProducer(db::Transaction& txn, std::string_view workspace, std::string_view producer_id,
                    int64_t next_seq, int64_t now_ms) {
  return txn.Execute(sql::kMoveProducer, {workspace, producer_id, next_seq, now_ms}).status();
}

Status RecordGaps(db::Transaction& txn, std::string_view workspace,
                  const std::vector<IngestGap>& gaps, int64_t now_ms) {
  std::vector<std::string> producers;
  std::vector<int64_t> firsts;
  std::vector<int64_t> lasts;
  std::vector<std::string> reasons;
  std::vector<std::string> runs;
  const auto add = [&](const IngestGap& gap, const std::string& run_id) {
    producers.push_back(gap.producer_id);
    firsts.push_back(gap.first_seq);
    lasts.push_back(gap.last_seq);
    reasons.push_back(gap.reason);
    runs.push_back(run_id);
  };
  for (const IngestGap& gap : gaps) {
    // One without runs is kept too.
    if (gap.run_ids.empty()) add(gap, "");
    for (const std::string& run_id : gap.run_ids) add(gap, run_id);
  }
  return txn
      .ExecuteMany(sql::kInsertGaps, {workspace, now_ms},
                   {std::move(producers), std::move(firsts), std::move(lasts), std::move(reasons),
                    std::move(runs)})
      .status();
}

StatusOr<std::map<std::string, std::vector<IngestGap>>> FindGapsOfRuns(
    db::Transaction& txn, std::string_view workspace, const db::TextList& run_ids) {
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(sql::kListGapsOfRuns, {workspace, &run_ids}));
  std::map<std::string, std::vector<IngestGap>> gaps;
  for (const db::Row& row : rows) {
    gaps[std::string(row.Text(0))].push_back(
        {std::string(row.Text(1)), row.Int(2), row.Int(3), std::string(row.Text(4)), {}});
  }
  return gaps;
}

}  // namespace rookery::tracking::store
