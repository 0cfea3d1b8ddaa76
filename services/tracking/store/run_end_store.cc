#include "services/tracking/store/run_end_store.h"

#include "services/tracking/store/sql.h"

namespace rookery::tracking::store {
namespace {

db::TextList FirstColumn(const db::Rows& rows) {
  db::TextList texts;
  for (const db::Row& row : rows) texts.emplace_back(row.Text(0));
  return texts;
}

EndOfRun AsEndOfRun(const db::Row& row) {
  EndOfRun end;
  end.run_id = row.Text(0);
  end.change.status = static_cast<v1::RunStatus>(row.Int(1));
  if (!row.IsNull(2)) end.change.end_time_ms = row.Int(2);
  return end;
}

}  // namespace

Status InsertRunProducers(db::Transaction& txn, std::string_view workspace,
                          const std::set<std::pair<std::string, std::string>>& writers) {
  std::vector<std::string> producers;
  std::vector<std::string> runs;
  for (const auto& [producer_id, run_id] : writers) {
    producers.push_back(producer_id);
    runs.push_back(run_id);
  }
  return txn
      .ExecuteMany(sql::kInsertRunProducers, {workspace}, {std::move(producers), std::move(runs)})
      .status();
}

StatusOr<std::map<std::string, std::set<std::string>>> ProducersOfRuns(
    db::Transaction& txn, std::string_view workspace, const db::TextList& run_ids) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   txn.Query(sql::kListProducersOfRuns, {workspace, &run_ids}));
  std::map<std::string, std::set<std::string>> producers;
  for (const db::Row& row : rows) {
    producers[std::string(row.Text(0))].emplace(row.Text(1));
  }
  return producers;
}

Status UpsertPendingEnds(db::Transaction& txn, std::string_view workspace,
                         const std::vector<PendingEnd>& ends, int64_t now_ms) {
  std::vector<std::string> runs;
  std::vector<std::string> ids;
  std::vector<std::string> producers;
  std::vector<int64_t> statuses;
  std::vector<std::optional<int64_t>> times;
  for (const PendingEnd& end : ends) {
    runs.push_back(end.run_id);
    ids.push_back(end.end_id);
    producers.push_back(end.producer_id);
    statuses.push_back(end.status);
    times.push_back(end.end_time_ms);
  }
  return txn
      .ExecuteMany(sql::kUpsertPendingEnds, {workspace, now_ms},
                   {std::move(runs), std::move(ids), std::move(producers), std::move(statuses),
                    std::move(times)})
      .status();
}

Status ForgetPendingEnds(db::Transaction& txn, std::string_view workspace,
                         const db::TextList& run_ids) {
  return txn.Execute(sql::kDeletePendingEnds, {workspace, &run_ids}).status();
}

Status ForgetProducersOfRuns(db::Transaction& txn, std::string_view workspace,
                             const db::TextList& run_ids) {
  return txn.Execute(sql::kDeleteProducersOfRuns, {workspace, &run_ids}).status();
}

StatusOr<Awaited> FindAwaited(db::Transaction& txn, std::string_view workspace,
                              std::string_view producer_id) {
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(sql::kListAwaited, {workspace, producer_id}));
  Awaited awaited;
  for (const db::Row& row : rows) {
    awaited.has_open_runs = true;
    if (!row.IsNull(0)) awaited.end_ids.emplace_back(row.Text(0));
  }
  return awaited;
}

StatusOr<db::TextList> RunsOfEnds(db::Transaction& txn, std::string_view workspace,
                                  std::string_view producer_id, const db::TextList& end_ids) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   txn.Query(sql::kRunsOfEnds, {workspace, producer_id, &end_ids}));
  return FirstColumn(rows);
}

StatusOr<db::TextList> RunsWithEnds(db::Transaction& txn, std::string_view workspace,
                                    std::string_view producer_id) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   txn.Query(sql::kRunsWithEndsOfProducer, {workspace, producer_id}));
  return FirstColumn(rows);
}

Status NoteCaughtUp(db::Transaction& txn, std::string_view workspace, std::string_view producer_id,
                    const db::TextList& run_ids, const db::TextList& end_ids) {
  return txn.Execute(sql::kNoteCaughtUp, {workspace, producer_id, &run_ids, &end_ids}).status();
}

Status DeleteProducerOfRuns(db::Transaction& txn, std::string_view workspace,
                            std::string_view producer_id) {
  return txn.Execute(sql::kDeleteProducer, {workspace, producer_id}).status();
}

StatusOr<std::vector<EndOfRun>> EndsThatWaitForNobody(db::Transaction& txn,
                                                      std::string_view workspace,
                                                      const db::TextList& run_ids) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   txn.Query(sql::kListEndsThatWaitForNobody, {workspace, &run_ids}));
  std::vector<EndOfRun> ends;
  for (const db::Row& row : rows) ends.push_back(AsEndOfRun(row));
  return ends;
}

StatusOr<int64_t> CountPendingEnds(db::Transaction& txn) {
  ASSIGN_OR_RETURN(const auto row, txn.QueryOne(sql::kCountPendingEnds, {}));
  return row->Int(0);
}

StatusOr<std::vector<LateEnd>> FindLateEnds(db::Transaction& txn, int64_t until_ms) {
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(sql::kListLateEnds, {until_ms}));
  std::vector<LateEnd> ends;
  for (const db::Row& row : rows) {
    ends.push_back({std::string(row.Text(0)), std::string(row.Text(1))});
  }
  return ends;
}

StatusOr<std::optional<EndOfRun>> FindLateEnd(db::Transaction& txn, std::string_view workspace,
                                              std::string_view run_id, int64_t until_ms) {
  ASSIGN_OR_RETURN(const auto row, txn.QueryOne(sql::kFindLateEnd, {workspace, run_id, until_ms}));
  if (!row) return std::nullopt;
  return AsEndOfRun(*row);
}

}  // namespace rookery::tracking::store
