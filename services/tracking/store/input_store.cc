#include "services/tracking/store/input_store.h"

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "services/tracking/store/sql.h"

namespace rookery::tracking::store {
namespace {

constexpr std::string_view kInput = "input";
constexpr std::string_view kOutput = "output";

using DatasetKey = std::pair<std::string_view, std::string_view>;

// Sorted by name and digest, so that the upserts of two transactions meet in one order.
std::map<DatasetKey, const v1::DatasetInput*> FirstOfEach(
    const google::protobuf::RepeatedPtrField<v1::DatasetInput>& inputs) {
  std::map<DatasetKey, const v1::DatasetInput*> first;
  for (const auto& input : inputs) {
    first.try_emplace({input.dataset().name(), input.dataset().digest()}, &input);
  }
  return first;
}

struct DatasetColumns {
  std::vector<std::string> names, digests, source_types, sources;
  std::vector<std::optional<std::string>> schemas, profiles;

  void Add(const v1::Dataset& dataset) {
    names.push_back(dataset.name());
    digests.push_back(dataset.digest());
    source_types.push_back(dataset.source_type());
    sources.push_back(dataset.source());
    schemas.push_back(dataset.has_schema() ? std::optional(dataset.schema()) : std::nullopt);
    profiles.push_back(dataset.has_profile() ? std::optional(dataset.profile()) : std::nullopt);
  }
};

struct TagColumns {
  std::vector<std::string> names, digests, keys, values;

  void Add(const v1::Dataset& dataset, const v1::InputTag& tag) {
    names.push_back(dataset.name());
    digests.push_back(dataset.digest());
    keys.push_back(tag.key());
    values.push_back(tag.value());
  }
};

struct ModelColumns {
  std::map<std::string, std::optional<int64_t>> step_of_model;

  db::Columns Take() && {
    std::vector<std::string> models;
    std::vector<std::optional<int64_t>> steps;
    for (auto& [model, step] : step_of_model) {
      models.push_back(model);
      steps.push_back(step);
    }
    return {std::move(models), std::move(steps)};
  }
};

// Reads a row of ListRunDatasets.
void FillDataset(const db::Row& row, v1::Dataset* dataset) {
  dataset->set_name(std::string(row.Text(1)));
  dataset->set_digest(std::string(row.Text(2)));
  dataset->set_source_type(std::string(row.Text(3)));
  dataset->set_source(std::string(row.Text(4)));
  if (!row.IsNull(5)) dataset->set_schema(std::string(row.Text(5)));
  if (!row.IsNull(6)) dataset->set_profile(std::string(row.Text(6)));
}

}  // namespace

Status AddDatasetInputs(db::Transaction& txn, std::string_view workspace, int64_t experiment_id,
                        std::string_view run_id,
                        const google::protobuf::RepeatedPtrField<v1::DatasetInput>& inputs) {
  DatasetColumns datasets;
  TagColumns tags;
  for (const auto& [key, input] : FirstOfEach(inputs)) {
    datasets.Add(input->dataset());
    for (const auto& tag : input->tags()) tags.Add(input->dataset(), tag);
  }
  RETURN_IF_ERROR(txn.ExecuteMany(sql::kInsertRunDatasets, {workspace, run_id},
                                  {datasets.names, datasets.digests}));
  RETURN_IF_ERROR(txn.ExecuteMany(
      sql::kInsertDatasets, {workspace, experiment_id},
      {std::move(datasets.names), std::move(datasets.digests), std::move(datasets.source_types),
       std::move(datasets.sources), std::move(datasets.schemas), std::move(datasets.profiles)}));
  return txn
      .ExecuteMany(sql::kInsertRunDatasetTags, {workspace, run_id},
                   {std::move(tags.names), std::move(tags.digests), std::move(tags.keys),
                    std::move(tags.values)})
      .status();
}

Status AddModelInputs(db::Transaction& txn, std::string_view workspace, std::string_view run_id,
                      const google::protobuf::RepeatedPtrField<v1::ModelInput>& models) {
  ModelColumns columns;
  for (const auto& model : models) columns.step_of_model[model.model_id()] = std::nullopt;
  return txn
      .ExecuteMany(sql::kUpsertRunModels, {workspace, run_id, kInput}, std::move(columns).Take())
      .status();
}

Status AddModelOutputs(db::Transaction& txn, std::string_view workspace, std::string_view run_id,
                       const google::protobuf::RepeatedPtrField<v1::ModelOutput>& models) {
  ModelColumns columns;
  for (const auto& model : models) columns.step_of_model[model.model_id()] = model.step();
  return txn
      .ExecuteMany(sql::kUpsertRunModels, {workspace, run_id, kOutput}, std::move(columns).Take())
      .status();
}

StatusOr<google::protobuf::RepeatedPtrField<v1::DatasetSummary>> SummarizeDatasets(
    db::Transaction& txn, std::string_view workspace, const db::IntList& experiment_ids,
    std::string_view context_tag, int64_t limit) {
  ASSIGN_OR_RETURN(
      const db::Rows rows,
      txn.Query(sql::kSummarizeDatasets, {workspace, &experiment_ids, context_tag, limit}));
  google::protobuf::RepeatedPtrField<v1::DatasetSummary> summaries;
  for (const db::Row& row : rows) {
    v1::DatasetSummary* summary = summaries.Add();
    summary->set_experiment_id(std::to_string(row.Int(0)));
    summary->set_name(std::string(row.Text(1)));
    summary->set_digest(std::string(row.Text(2)));
    if (!row.IsNull(3)) summary->set_context(std::string(row.Text(3)));
  }
  return summaries;
}

Status ReadInputsAndOutputs(db::Transaction& txn, std::string_view workspace,
                            const db::TextList& run_ids,
                            absl::FunctionRef<v1::Run*(std::string_view)> find) {
  ASSIGN_OR_RETURN(const db::Rows datasets,
                   txn.Query(sql::kListRunDatasets, {workspace, &run_ids}));
  std::map<std::tuple<std::string_view, std::string_view, std::string_view>, v1::DatasetInput*>
      by_key;
  for (const db::Row& row : datasets) {
    v1::DatasetInput* input = find(row.Text(0))->mutable_inputs()->add_dataset_inputs();
    FillDataset(row, input->mutable_dataset());
    by_key[{row.Text(0), row.Text(1), row.Text(2)}] = input;
  }
  if (!by_key.empty()) {
    ASSIGN_OR_RETURN(const db::Rows tags,
                     txn.Query(sql::kListRunDatasetTags, {workspace, &run_ids}));
    for (const db::Row& row : tags) {
      v1::InputTag* tag = by_key.at({row.Text(0), row.Text(1), row.Text(2)})->add_tags();
      tag->set_key(std::string(row.Text(3)));
      tag->set_value(std::string(row.Text(4)));
    }
  }
  ASSIGN_OR_RETURN(const db::Rows models, txn.Query(sql::kListRunModels, {workspace, &run_ids}));
  for (const db::Row& row : models) {
    v1::Run* run = find(row.Text(0));
    if (row.Text(1) == kInput) {
      run->mutable_inputs()->add_model_inputs()->set_model_id(std::string(row.Text(2)));
    } else {
      v1::ModelOutput* output = run->mutable_outputs()->add_model_outputs();
      output->set_model_id(std::string(row.Text(2)));
      output->set_step(row.OptionalInt(3).value_or(0));
    }
  }
  return absl::OkStatus();
}

}  // namespace rookery::tracking::store
