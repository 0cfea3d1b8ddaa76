#include "services/tracking/domain/logged_model_search.h"

#include <absl/strings/match.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "libs/filter_sql/sort.h"
#include "services/tracking/domain/logged_model_grammar.h"
#include "services/tracking/rules/validation.h"
#include "services/tracking/store/logged_model_search_store.h"

namespace rookery::tracking {
namespace {

using filter::Entity;
using store::LoggedModelOrder;

// What page tokens say that they are of.
constexpr char kKind[] = "logged_models";
constexpr int64_t kDefaultResults = 100;
// MLflow has no limit; whoever wants more gets the rest with the next page.
constexpr int64_t kMaxResults = 10'000;
constexpr std::string_view kMetrics = "metrics.";

Status Invalid(const std::string& message) { return absl::InvalidArgumentError(message); }

// An order is given as an object here, so that a metric's name is never quoted.
StatusOr<LoggedModelOrder> ParseOrder(const v1::LoggedModelOrderBy& item) {
  const std::string& field = item.field_name();
  LoggedModelOrder order;
  order.key.ascending = !item.has_ascending() || item.ascending();
  order.dataset = {item.dataset_name(), item.dataset_digest()};
  if (absl::StartsWith(field, absl::string_view(kMetrics.data(), kMetrics.size()))) {
    order.key.entity = Entity::kMetric;
    order.key.key = field.substr(kMetrics.size());
    return order;
  }
  if (field.find('.') != std::string::npos) {
    return Invalid(
        fmt::format("Invalid order by field name: {}. Only metrics are supported.", field));
  }
  const filter::KeyRule* rule = filter::FindKey(LoggedModelGrammar().entities.front(), field);
  if (rule == nullptr) return Invalid(fmt::format("Invalid order by field name: {}", field));
  order.key.key = rule->means.empty() ? rule->name : rule->means;
  return order;
}

void EndWith(const char* key, bool ascending, std::vector<LoggedModelOrder>* orders) {
  const bool named = std::any_of(orders->begin(), orders->end(), [&](const auto& order) {
    return order.key.entity == Entity::kAttribute && order.key.key == key;
  });
  if (!named) orders->push_back({.key = {.key = key, .ascending = ascending}, .dataset = {}});
}

StatusOr<store::LoggedModelQuery> Parse(const v1::SearchLoggedModelsRequest& request) {
  store::LoggedModelQuery query;
  for (const auto& dataset : request.datasets()) {
    if (dataset.dataset_name().empty()) {
      return Invalid("`dataset_name` in the `datasets` clause must be specified.");
    }
    query.datasets.push_back({dataset.dataset_name(), dataset.dataset_digest()});
  }
  ASSIGN_OR_RETURN(query.clauses, filter::ParseFilter(LoggedModelGrammar(), request.filter()));
  for (const auto& item : request.order_by()) {
    ASSIGN_OR_RETURN(query.order.emplace_back(), ParseOrder(item));
  }
  EndWith("creation_timestamp", /*ascending=*/false, &query.order);
  EndWith("model_id", /*ascending=*/true, &query.order);
  for (const std::string& text : request.experiment_ids()) {
    ASSIGN_OR_RETURN(const int64_t id, ParseExperimentId(text));
    query.experiment_ids.push_back(id);
  }
  return query;
}

StatusOr<int64_t> LimitOf(const v1::SearchLoggedModelsRequest& request) {
  const int64_t limit = request.max_results();
  if (limit == 0) return kDefaultResults;
  if (limit > 0) return std::min(limit, kMaxResults);
  return Invalid(fmt::format(
      "Invalid value {} for parameter 'max_results' supplied. It must be a positive integer.",
      limit));
}

}  // namespace

StatusOr<v1::SearchLoggedModelsResponse> LoggedModelSearch::Search(
    const CallContext& call, const v1::SearchLoggedModelsRequest& request) {
  ASSIGN_OR_RETURN(const int64_t limit, LimitOf(request));
  ASSIGN_OR_RETURN(const store::LoggedModelQuery query, Parse(request));
  const filter::Sort sort = store::SortOf(query);
  ASSIGN_OR_RETURN(const auto after, filter::DecodePageToken(kKind, sort, request.page_token()));
  return database_.Read(
      call, [&](db::Transaction& txn) -> StatusOr<v1::SearchLoggedModelsResponse> {
        ASSIGN_OR_RETURN(auto found,
                         store::FindLoggedModels(txn, call.workspace, query, after, limit));
        db::TextList model_ids;
        for (const auto& row : found.rows) model_ids.push_back(row.model.info().model_id());
        ASSIGN_OR_RETURN(auto metrics, metrics_.ReadModelMetrics(txn, call.workspace, model_ids));
        v1::SearchLoggedModelsResponse response;
        for (auto& row : found.rows) {
          v1::LoggedModel* model = response.add_models();
          *model = std::move(row.model);
          v1::LoggedModelInfo* info = model->mutable_info();
          info->set_artifact_uri(locations_.OfLoggedModel(call.workspace, info->experiment_id(),
                                                          row.artifact_location, info->model_id()));
          *model->mutable_data()->mutable_metrics() = std::move(metrics[info->model_id()]);
        }
        if (found.next) {
          response.set_next_page_token(filter::EncodePageToken(kKind, sort, *found.next));
        }
        return response;
      });
}

}  // namespace rookery::tracking
