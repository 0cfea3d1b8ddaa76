#include "services/tracking/domain/run_search.h"

#include <absl/cleanup/cleanup.h>

#include <algorithm>
#include <future>
#include <thread>
#include <utility>

#include "services/tracking/domain/search_grammar.h"
#include "services/tracking/domain/search_limits.h"
#include "services/tracking/rules/validation.h"
#include "services/tracking/store/run_page_store.h"
#include "services/tracking/store/run_search_store.h"

namespace rookery::tracking {
namespace {

constexpr char kKind[] = "runs";
constexpr int64_t kDefaultResults = 1000;
// From this many runs on, reading what they logged takes longer than starting threads for it.
constexpr int kRunsWorthThreads = 50;

// Whether there are processors for all parts of a page at once, with one half for the database.
// Where there are not, its parts would only be in each other's way.
bool HasRoomForThreads(unsigned other_readers) {
  return other_readers < std::max(2U, std::thread::hardware_concurrency()) / 2;
}

}  // namespace

Status RunSearch::Search(const CallContext& call, const v1::SearchRunsRequest& request,
                         v1::SearchRunsResponse* response) {
  const int64_t limit = request.has_max_results() ? request.max_results() : kDefaultResults;
  RETURN_IF_ERROR(CheckMaxResults(limit));
  store::RunQuery query;
  ASSIGN_OR_RETURN(query.stage, StageOf(request.run_view_type()));
  ASSIGN_OR_RETURN(query.clauses, filter::ParseFilter(RunGrammar(), request.filter()));
  ASSIGN_OR_RETURN(query.order, filter::ParseOrder(RunGrammar(), request.order_by()));
  ASSIGN_OR_RETURN(const auto after,
                   filter::DecodePageToken(kKind, store::SortOf(query), request.page_token()));
  for (const std::string& id : request.experiment_ids()) {
    ASSIGN_OR_RETURN(query.experiment_ids.emplace_back(), ParseExperimentId(id));
  }
  query.artifact_root = locations_.Root(call.workspace);

  const auto find = [&](db::Transaction& txn) {
    return store::FindRuns(txn, call.workspace, query, after, limit);
  };
  ASSIGN_OR_RETURN(store::FoundRuns found, store::IsOneQuery(query) ? database_.ReadOnce(call, find)
                                                                    : database_.Read(call, find));
  for (store::RunRow& row : found.runs) {
    v1::RunInfo* info = response->add_runs()->mutable_info();
    *info = std::move(row.info);
    info->set_artifact_uri(locations_.OfRun(call.workspace, info->experiment_id(),
                                            row.artifact_location, info->run_id()));
  }
  RETURN_IF_ERROR(ReadData(call, response->mutable_runs()));
  if (found.next) {
    response->set_next_page_token(
        filter::EncodePageToken(kKind, store::SortOf(query), *found.next));
  }
  return absl::OkStatus();
}

// Not in one transaction, nor in that which found the runs: what is logged meanwhile may be in the
// answer or not, and a transaction costs two round trips more.
Status RunSearch::ReadData(const CallContext& call,
                           google::protobuf::RepeatedPtrField<v1::Run>* runs) {
  if (runs->empty()) return absl::OkStatus();
  const store::RunPage page(call.workspace, runs);
  const auto metrics = [&] {
    return database_.ReadOnce(call, [&](auto& txn) { return page.ReadMetrics(txn, metrics_); });
  };
  const auto params = [&] {
    return database_.ReadOnce(call, [&](auto& txn) { return page.ReadParams(txn); });
  };
  const auto tags_and_inputs = [&]() -> Status {
    ASSIGN_OR_RETURN(const bool has_inputs_or_outputs,
                     database_.ReadOnce(call, [&](auto& txn) { return page.ReadTags(txn); }));
    if (!has_inputs_or_outputs) return absl::OkStatus();
    return database_.Read(call, [&](auto& txn) { return page.ReadInputsAndOutputs(txn); });
  };
  const unsigned others = readers_++;
  const absl::Cleanup leave = [this] { --readers_; };
  if (runs->size() < kRunsWorthThreads || !HasRoomForThreads(others)) {
    RETURN_IF_ERROR(metrics());
    RETURN_IF_ERROR(params());
    return tags_and_inputs();
  }
  // While one part is being read by the database, another is being put into messages.
  auto second = std::async(std::launch::async, params);
  auto third = std::async(std::launch::async, tags_and_inputs);
  const Status statuses[] = {metrics(), second.get(), third.get()};
  for (const Status& status : statuses) RETURN_IF_ERROR(status);
  return absl::OkStatus();
}

}  // namespace rookery::tracking
