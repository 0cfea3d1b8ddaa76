// Rows of experiments and their tags. Lifecycle, limits and wording are the domain's.
#pragma once

#include <google/protobuf/repeated_ptr_field.h>
#include <rookery/tracking/v1/experiment.pb.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "libs/db/database.h"

namespace rookery::tracking::store {

inline constexpr char kActive[] = "active";
inline constexpr char kDeleted[] = "deleted";

// ALREADY_EXISTS: the id or the name is taken. An absent artifact_location is kept as absent.
Status InsertExperiment(db::Transaction& txn, std::string_view workspace, int64_t id,
                        const v1::CreateExperimentRequest& experiment, int64_t now_ms);

// Makes the experiment unless its id is there.
Status InsertExperimentIfAbsent(db::Transaction& txn, std::string_view workspace, int64_t id,
                                std::string_view name, int64_t now_ms);

// Reads the columns that GetExperiment selects first, in its order.
v1::Experiment AsExperiment(const db::Row& row, std::string_view workspace);

// With its tags; one query.
StatusOr<std::optional<v1::Experiment>> FindExperiment(db::Transaction& txn,
                                                       std::string_view workspace, int64_t id);
StatusOr<std::optional<v1::Experiment>> FindExperimentByName(db::Transaction& txn,
                                                             std::string_view workspace,
                                                             std::string_view name);

// The lifecycle stage of the experiment, held until the transaction ends; nothing if there is none.
StatusOr<std::optional<std::string>> LockExperiment(db::Transaction& txn,
                                                    std::string_view workspace, int64_t id);

struct LockedExperiment {
  std::string lifecycle_stage;
  std::optional<std::string> artifact_location;
};
// The same of several, by their ids; those that do not exist are not in it.
StatusOr<std::map<int64_t, LockedExperiment>> LockExperiments(db::Transaction& txn,
                                                              std::string_view workspace,
                                                              const db::IntList& ids);

// ALREADY_EXISTS: the name is taken.
Status RenameExperiment(db::Transaction& txn, std::string_view workspace, int64_t id,
                        std::string_view name, int64_t now_ms);

// Moves the experiment and its runs from one stage to the other; false if it was not in `from`.
StatusOr<bool> MoveExperiment(db::Transaction& txn, std::string_view workspace, int64_t id,
                              std::string_view from, std::string_view to, int64_t now_ms);

Status SetExperimentTags(db::Transaction& txn, std::string_view workspace, int64_t id,
                         const google::protobuf::RepeatedPtrField<v1::ExperimentTag>& tags);

// False if there was no such tag.
StatusOr<bool> DeleteExperimentTag(db::Transaction& txn, std::string_view workspace, int64_t id,
                                   std::string_view key);

}  // namespace rookery::tracking::store
