// Rows of what runs read and made: datasets and logged models.
#pragma once

#include <absl/functional/function_ref.h>
#include <google/protobuf/repeated_ptr_field.h>
#include <rookery/tracking/v1/run.pb.h>

#include <cstdint>
#include <string_view>

#include "libs/db/database.h"

namespace rookery::tracking::store {

// Adds datasets to the experiment and to the inputs of the run. What is there already (the same
// name and digest) stays as it is, tags included; of two alike in `inputs` the first counts.
Status AddDatasetInputs(db::Transaction& txn, std::string_view workspace, int64_t experiment_id,
                        std::string_view run_id,
                        const google::protobuf::RepeatedPtrField<v1::DatasetInput>& inputs);

Status AddModelInputs(db::Transaction& txn, std::string_view workspace, std::string_view run_id,
                      const google::protobuf::RepeatedPtrField<v1::ModelInput>& models);

// A model that is an output already gets the new step.
Status AddModelOutputs(db::Transaction& txn, std::string_view workspace, std::string_view run_id,
                       const google::protobuf::RepeatedPtrField<v1::ModelOutput>& models);

// Each way in which runs of the experiments used a dataset, as the input's tag `context_tag` tells
// it, once, ordered; at most `limit`.
StatusOr<google::protobuf::RepeatedPtrField<v1::DatasetSummary>> SummarizeDatasets(
    db::Transaction& txn, std::string_view workspace, const db::IntList& experiment_ids,
    std::string_view context_tag, int64_t limit);

// Adds to `inputs` and `outputs`; `find` returns the run of an id. What a run does not have is left
// as it is.
Status ReadInputsAndOutputs(db::Transaction& txn, std::string_view workspace,
                            const db::TextList& run_ids,
                            absl::FunctionRef<v1::Run*(std::string_view)> find);

}  // namespace rookery::tracking::store
