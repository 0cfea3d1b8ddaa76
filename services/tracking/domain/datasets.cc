#include "services/tracking/domain/datasets.h"

#include <fmt/format.h>

#include "services/tracking/rules/validation.h"
#include "services/tracking/store/input_store.h"

namespace rookery::tracking {
namespace {

constexpr int kMaxExperiments = 20;
constexpr int64_t kMaxSummaries = 1000;
constexpr char kContextTag[] = "mlflow.data.context";

}  // namespace

StatusOr<v1::SearchDatasetsResponse> Datasets::Search(const CallContext& call,
                                                      const v1::SearchDatasetsRequest& request) {
  if (request.experiment_ids().empty()) {
    return absl::InvalidArgumentError(
        "SearchDatasets request must specify at least one experiment_id.");
  }
  if (request.experiment_ids_size() > kMaxExperiments) {
    return absl::InvalidArgumentError(fmt::format(
        "SearchDatasets request cannot specify more than {} experiment_ids. Received {} "
        "experiment_ids.",
        kMaxExperiments, request.experiment_ids_size()));
  }
  db::IntList experiment_ids;
  for (const std::string& text : request.experiment_ids()) {
    ASSIGN_OR_RETURN(const int64_t id, ParseExperimentId(text));
    experiment_ids.push_back(id);
  }
  v1::SearchDatasetsResponse response;
  ASSIGN_OR_RETURN(*response.mutable_dataset_summaries(),
                   database_.Read(call, [&](db::Transaction& txn) {
                     return store::SummarizeDatasets(txn, call.workspace, experiment_ids,
                                                     kContextTag, kMaxSummaries);
                   }));
  return response;
}

}  // namespace rookery::tracking
