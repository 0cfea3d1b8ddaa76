#include "services/tracking/domain/experiment_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/checks/python_text.h"
#include "services/tracking/domain/search_grammar.h"
#include "services/tracking/domain/search_limits.h"
#include "services/tracking/rules/validation.h"
#include "services/tracking/store/experiment_search_store.h"

namespace rookery::tracking {
namespace {

constexpr char kKind[] = "experiments";
constexpr char kId[] = "experiment_id";

// `'007'` is experiment 7.
Status MakeCanonical(std::string* id) {
  ASSIGN_OR_RETURN(const int64_t number, ParseExperimentId(*id));
  *id = std::to_string(number);
  return absl::OkStatus();
}

// What the filter language allows and MLflow does not, for experiments.
Status CheckAndCanonize(filter::Clause* clause) {
  if (const auto* number = std::get_if<filter::Number>(&clause->value);
      number != nullptr && !number->integer) {
    return absl::InvalidArgumentError(
        fmt::format("Invalid value for numeric attribute '{}': '{}'. Expected an integer.",
                    clause->key, PythonRepr(number->real)));
  }
  if (clause->entity != filter::Entity::kAttribute || clause->key != kId) return absl::OkStatus();
  if (auto* id = std::get_if<std::string>(&clause->value)) return MakeCanonical(id);
  for (std::string& id : std::get<filter::TextList>(clause->value)) {
    RETURN_IF_ERROR(MakeCanonical(&id));
  }
  return absl::OkStatus();
}

std::vector<filter::OrderKey> Completed(std::vector<filter::OrderKey> order) {
  using enum filter::Entity;
  if (order.empty()) return {{kAttribute, "creation_time", false}, {kAttribute, kId, true}};
  const bool has_id = std::any_of(order.begin(), order.end(),
                                  [](const filter::OrderKey& key) { return key.key == kId; });
  if (!has_id) order.push_back({kAttribute, kId, false});
  return order;
}

}  // namespace

StatusOr<v1::SearchExperimentsResponse> ExperimentSearch::Search(
    const CallContext& call, const v1::SearchExperimentsRequest& request) {
  RETURN_IF_ERROR(CheckMaxResults(request.max_results()));
  store::ExperimentQuery query;
  ASSIGN_OR_RETURN(query.stage, StageOf(request.view_type()));
  ASSIGN_OR_RETURN(query.clauses, filter::ParseFilter(ExperimentGrammar(), request.filter()));
  for (filter::Clause& clause : query.clauses) RETURN_IF_ERROR(CheckAndCanonize(&clause));
  ASSIGN_OR_RETURN(query.order, filter::ParseOrder(ExperimentGrammar(), request.order_by()));
  query.order = Completed(std::move(query.order));
  const filter::Sort sort = store::SortOf(query);
  ASSIGN_OR_RETURN(const auto after, filter::DecodePageToken(kKind, sort, request.page_token()));

  ASSIGN_OR_RETURN(store::FoundExperiments found, database_.Read(call, [&](db::Transaction& txn) {
    return store::FindExperiments(txn, call.workspace, query, after, request.max_results());
  }));
  v1::SearchExperimentsResponse response;
  for (v1::Experiment& experiment : found.experiments) {
    const auto own = experiment.has_artifact_location()
                         ? std::optional(experiment.artifact_location())
                         : std::nullopt;
    experiment.set_artifact_location(
        locations_.OfExperiment(call.workspace, experiment.experiment_id(), own));
    *response.add_experiments() = std::move(experiment);
  }
  if (found.next) {
    response.set_next_page_token(filter::EncodePageToken(kKind, sort, *found.next));
  }
  return response;
}

}  // namespace rookery::tracking
