#include "services/tracking/domain/run_search.h"

#include <utility>

#include "services/tracking/domain/search_grammar.h"
#include "services/tracking/domain/search_limits.h"
#include "services/tracking/domain/validation.h"
#include "services/tracking/store/run_page_store.h"
#include "services/tracking/store/run_search_store.h"

namespace rookery::tracking {
namespace {

constexpr char kKind[] = "runs";
constexpr int64_t kDefaultResults = 1000;

}  // namespace

StatusOr<v1::SearchRunsResponse> RunSearch::Search(const CallContext& call,
                                                   const v1::SearchRunsRequest& request) {
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
  query.artifact_root = locations_.Root();

  v1::SearchRunsResponse response;
  std::optional<filter::Cursor> next;
  RETURN_IF_ERROR(database_.Read(call.deadline, [&](db::Transaction& txn) -> Status {
    response.Clear();
    ASSIGN_OR_RETURN(store::FoundRuns found,
                     store::FindRuns(txn, call.workspace, query, after, limit));
    for (store::RunRow& row : found.runs) {
      v1::RunInfo* info = response.add_runs()->mutable_info();
      *info = std::move(row.info);
      info->set_artifact_uri(
          locations_.OfRun(info->experiment_id(), row.artifact_location, info->run_id()));
    }
    next = std::move(found.next);
    return store::ReadRunData(txn, metrics_, call.workspace, response.mutable_runs());
  }));
  if (next) {
    response.set_next_page_token(filter::EncodePageToken(kKind, store::SortOf(query), *next));
  }
  return response;
}

}  // namespace rookery::tracking
