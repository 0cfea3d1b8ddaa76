#include "services/registry/domain/registry_search.h"

#include <absl/strings/match.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "libs/checks/python_text.h"
#include "libs/filter_sql/sort.h"
#include "services/registry/domain/prompts.h"
#include "services/registry/domain/search_grammar.h"
#include "services/registry/store/registry_search_store.h"

namespace rookery::registry {
namespace {

using filter::Clause;
using filter::Operator;
using filter::OrderKey;

// What page tokens say that they are of.
constexpr char kModels[] = "registered_models";
constexpr char kVersions[] = "model_versions";
constexpr int64_t kDefaultModels = 100;
constexpr int64_t kMaxModels = 1000;
constexpr int64_t kMaxVersions = 200'000;

Status Invalid(const std::string& message) { return absl::InvalidArgumentError(message); }

bool IsAboutPrompts(const Clause& clause) {
  return clause.entity == filter::Entity::kTag && clause.key == kPromptTag;
}

// Whether the filter asks for prompts. The first clause about them decides.
bool AsksForPrompts(const std::vector<Clause>& clauses) {
  const auto clause = std::find_if(clauses.begin(), clauses.end(), IsAboutPrompts);
  if (clause == clauses.end()) return false;
  const auto* value = std::get_if<std::string>(&clause->value);
  if (value == nullptr) return false;
  return (clause->op == Operator::kEqual && absl::EqualsIgnoreCase(*value, "true")) ||
         (clause->op == Operator::kNotEqual && absl::EqualsIgnoreCase(*value, "false"));
}

// Models that are no prompts need not have the tag, so that it says nothing about them.
void ChooseModelsOrPrompts(store::SearchQuery* query) {
  query->prompts = AsksForPrompts(query->clauses);
  if (!query->prompts) std::erase_if(query->clauses, IsAboutPrompts);
}

// Ends `order` with a key that it does not name yet.
void EndWith(const OrderKey& last, std::vector<OrderKey>* order) {
  const bool named = std::any_of(order->begin(), order->end(),
                                 [&](const OrderKey& key) { return key.key == last.key; });
  if (!named) order->push_back(last);
}

OrderKey Ascending(const char* key) { return {.key = key, .ascending = true}; }
OrderKey Descending(const char* key) { return {.key = key, .ascending = false}; }

Status CheckLimit(int64_t limit, int64_t least, int64_t most) {
  if (limit < least) {
    return Invalid(fmt::format(
        "Invalid value for max_results. It must be a positive integer, but got {}", limit));
  }
  if (limit <= most) return absl::OkStatus();
  return Invalid(fmt::format(
      "Invalid value for request parameter max_results. It must be at most {}, but got value {}",
      most, limit));
}

// MLflow's databases compare whole numbers with whole numbers only.
Status CheckVersionNumbers(const std::vector<Clause>& clauses) {
  for (const Clause& clause : clauses) {
    const auto* number = std::get_if<filter::Number>(&clause.value);
    if (number == nullptr || number->integer) continue;
    return Invalid(fmt::format("Invalid value for numeric attribute '{}': {}", clause.key,
                               PythonRepr(number->real)));
  }
  return absl::OkStatus();
}

}  // namespace

StatusOr<v1::SearchRegisteredModelsResponse> RegistrySearch::Models(
    const CallContext& call, const v1::SearchRegisteredModelsRequest& request) {
  const int64_t limit = request.has_max_results() ? request.max_results() : kDefaultModels;
  RETURN_IF_ERROR(CheckLimit(limit, 0, kMaxModels));
  store::SearchQuery query;
  ASSIGN_OR_RETURN(query.clauses, filter::ParseFilter(RegisteredModelGrammar(), request.filter()));
  ASSIGN_OR_RETURN(query.order, filter::ParseOrder(RegisteredModelGrammar(), request.order_by()));
  EndWith(Ascending("name"), &query.order);
  ChooseModelsOrPrompts(&query);
  const filter::Sort sort = store::SortOfModels(query);
  ASSIGN_OR_RETURN(const auto after, filter::DecodePageToken(kModels, sort, request.page_token()));
  v1::SearchRegisteredModelsResponse response;
  if (limit == 0) return response;
  ASSIGN_OR_RETURN(auto found, database_.Read(call, [&](db::Transaction& txn) {
    return store::FindRegisteredModels(txn, call.workspace, query, after, limit);
  }));
  for (auto& row : found.rows) *response.add_registered_models() = std::move(row.model);
  if (found.next) {
    response.set_next_page_token(filter::EncodePageToken(kModels, sort, *found.next));
  }
  return response;
}

StatusOr<v1::SearchModelVersionsResponse> RegistrySearch::Versions(
    const CallContext& call, const v1::SearchModelVersionsRequest& request) {
  const int64_t limit = request.has_max_results() ? request.max_results() : kMaxVersions;
  RETURN_IF_ERROR(CheckLimit(limit, 1, kMaxVersions));
  store::SearchQuery query;
  ASSIGN_OR_RETURN(query.clauses, filter::ParseFilter(ModelVersionGrammar(), request.filter()));
  RETURN_IF_ERROR(CheckVersionNumbers(query.clauses));
  ASSIGN_OR_RETURN(query.order, filter::ParseOrder(ModelVersionGrammar(), request.order_by()));
  if (query.order.empty()) query.order.push_back(Descending("last_updated_timestamp"));
  EndWith(Ascending("name"), &query.order);
  EndWith(Descending("version_number"), &query.order);
  ChooseModelsOrPrompts(&query);
  const filter::Sort sort = store::SortOfVersions(query);
  ASSIGN_OR_RETURN(const auto after,
                   filter::DecodePageToken(kVersions, sort, request.page_token()));
  ASSIGN_OR_RETURN(auto found, database_.Read(call, [&](db::Transaction& txn) {
    return store::FindModelVersions(txn, call.workspace, query, after, limit);
  }));
  v1::SearchModelVersionsResponse response;
  for (auto& row : found.rows) *response.add_model_versions() = std::move(row.version);
  if (found.next) {
    response.set_next_page_token(filter::EncodePageToken(kVersions, sort, *found.next));
  }
  return response;
}

}  // namespace rookery::registry
