#include "services/registry/domain/managed_version.h"

#include <fmt/format.h>

#include <utility>

#include "libs/base/ids.h"
#include "services/registry/domain/lookup.h"
#include "services/registry/domain/stages.h"
#include "services/registry/domain/validation.h"
#include "services/registry/domain/version_writer.h"

namespace rookery::registry {

Status CheckManagedVersion(const NewManagedVersion& version) {
  RETURN_IF_ERROR(CheckModelName(version.version.name()));
  RETURN_IF_ERROR(CheckDescription(version.version.description()));
  for (const auto& tag : version.version.tags()) {
    RETURN_IF_ERROR(CheckVersionTag(tag.key(), tag.value()));
  }
  for (const auto& [key, value] : version.details.properties()) {
    RETURN_IF_ERROR(CheckVersionTag(key, value));
  }
  return absl::OkStatus();
}

StatusOr<store::ManagedVersionRow> WriteManagedVersion(db::Transaction& txn,
                                                       const CallContext& call,
                                                       const NewManagedVersion& version,
                                                       int64_t now_ms) {
  const std::string& name = version.version.name();
  RETURN_IF_ERROR(store::EnsureRegisteredModel(txn, call.workspace, NewRunId(), name, now_ms));
  ASSIGN_OR_RETURN(const auto model, LockModel(txn, call, name));
  const int64_t number = version.number.value_or(model.last_version + 1);
  if (number <= model.last_version) {
    return absl::InvalidArgumentError(
        fmt::format("Version {} of the model '{}' cannot be made: it had a version {}, and numbers "
                    "only grow.",
                    number, name, model.last_version));
  }
  RETURN_IF_ERROR(
      WriteVersion(txn, call, model.key, number, version.version, version.source, now_ms));
  RETURN_IF_ERROR(store::SetManagedVersion(txn, call.workspace, model.key, number, version.details,
                                           /*archived=*/false, now_ms));
  return FindManagedVersion(txn, call, name, number);
}

Status CheckChange(const VersionChange& change) {
  if (change.description) RETURN_IF_ERROR(CheckDescription(*change.description));
  if (change.stage) RETURN_IF_ERROR(CanonicalStage(*change.stage));
  for (const auto& [key, value] : change.tags.value_or(store::TagMap())) {
    RETURN_IF_ERROR(CheckVersionTag(key, value));
  }
  for (const auto& [key, value] : change.properties) {
    RETURN_IF_ERROR(CheckVersionTag(key, value));
  }
  return absl::OkStatus();
}

Status WriteChange(db::Transaction& txn, const CallContext& call, const std::string& key,
                   const store::ManagedVersionRow& version, const VersionChange& change,
                   int64_t now_ms) {
  const int64_t number = version.row.number;
  if (change.description) {
    RETURN_IF_ERROR(store::SetModelVersionDescription(txn, call.workspace, key, number,
                                                      change.description, now_ms));
  }
  if (change.tags) {
    RETURN_IF_ERROR(store::ReplaceVersionTags(txn, call.workspace, key, number, *change.tags));
  }
  if (change.stage) {
    ASSIGN_OR_RETURN(const std::string_view stage, CanonicalStage(*change.stage));
    RETURN_IF_ERROR(store::SetModelVersionStage(txn, call.workspace, key, number, stage, now_ms));
  }
  const bool archived = change.archived.value_or(version.archived);
  if (change.properties.empty() && archived == version.archived) return absl::OkStatus();
  auto details = version.details.value_or(v1::ModelVersionDetails());
  details.mutable_properties()->insert(change.properties.begin(), change.properties.end());
  return store::SetManagedVersion(txn, call.workspace, key, number, details, archived, now_ms);
}

StatusOr<store::ManagedVersionRow> FindManagedVersion(db::Transaction& txn, const CallContext& call,
                                                      const std::string& name, int64_t number) {
  ASSIGN_OR_RETURN(auto row, store::FindManagedVersion(txn, call.workspace, name, number));
  if (!row) return ModelVersionNotFound(name, number);
  return *std::move(row);
}

filter::Clause NameIs(const std::string& name) {
  return {.key = "name", .op = filter::Operator::kEqual, .value = name};
}

}  // namespace rookery::registry
