#include "services/tracking/domain/run_search.h"

#include <utility>
#include <vector>

#include "services/tracking/domain/run_info.h"
#include "services/tracking/domain/search_grammar.h"
#include "services/tracking/domain/search_limits.h"
#include "services/tracking/rules/validation.h"
#include "services/tracking/store/run_search_store.h"

namespace rookery::tracking {
namespace {

constexpr char kKind[] = "runs";
constexpr int64_t kDefaultResults = 1000;

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
  ASSIGN_OR_RETURN(store::FoundRuns found, store::IsOneQuery(query, after)
                                               ? database_.ReadOnce(call, find)
                                               : database_.Read(call, find));
  std::vector<RunContents::Reading> readings;
  readings.reserve(found.runs.size());
  for (store::RunRow& row : found.runs) {
    v1::Run* run = response->add_runs();
    *run->mutable_info() = InfoOf(locations_, call.workspace, &row);
    readings.push_back({run, row.version});
  }
  RETURN_IF_ERROR(contents_.Fill(call, readings));
  if (found.next) {
    response->set_next_page_token(
        filter::EncodePageToken(kKind, store::SortOf(query), *found.next));
  }
  return absl::OkStatus();
}

}  // namespace rookery::tracking
