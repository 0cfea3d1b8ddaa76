#include "services/registry/domain/registered_models.h"

#include <absl/strings/ascii.h>
#include <fmt/format.h>

#include <set>

#include "libs/base/ids.h"
#include "libs/checks/checks.h"
#include "services/registry/domain/lookup.h"
#include "services/registry/domain/prompts.h"
#include "services/registry/domain/stages.h"
#include "services/registry/domain/validation.h"
#include "services/registry/store/request_store.h"

namespace rookery::registry {
namespace {

constexpr char kCreateRegisteredModel[] = "CreateRegisteredModel";

StatusOr<v1::RegisteredModel> ReadModelByKey(db::Transaction& txn, const CallContext& call,
                                             const std::string& key, const std::string& name) {
  ASSIGN_OR_RETURN(auto row, store::FindRegisteredModelByKey(txn, call.workspace, key));
  if (!row) return RegisteredModelNotFound(name);
  return std::move(row->model);
}

}  // namespace

StatusOr<v1::CreateRegisteredModelResponse> RegisteredModels::Create(
    const CallContext& call, const v1::CreateRegisteredModelRequest& request) {
  RETURN_IF_ERROR(CheckNewModel(request));
  // 32 random hex digits; nothing outside the database sees them.
  const std::string key = NewRunId();
  const int64_t now_ms = clock_.NowMs();
  auto model = database_.Write(call, [&](db::Transaction& txn) -> StatusOr<v1::RegisteredModel> {
    ASSIGN_OR_RETURN(const std::string made,
                     store::Requests().Claim(txn, call.workspace, kCreateRegisteredModel,
                                             request.request_id(), key, now_ms));
    if (made == key) {
      RETURN_IF_ERROR(store::InsertRegisteredModel(txn, call.workspace, key, request, now_ms));
    }
    return ReadModelByKey(txn, call, made, request.name());
  });
  if (absl::IsAlreadyExists(model.status())) return NameTaken(call, request);
  RETURN_IF_ERROR(model);
  v1::CreateRegisteredModelResponse response;
  *response.mutable_registered_model() = *std::move(model);
  return response;
}

StatusOr<v1::GetRegisteredModelResponse> RegisteredModels::Get(
    const CallContext& call, const v1::GetRegisteredModelRequest& request) {
  RETURN_IF_ERROR(CheckModelName(request.name()));
  v1::GetRegisteredModelResponse response;
  ASSIGN_OR_RETURN(auto row, database_.ReadOnce(call, [&](db::Transaction& txn) {
    return FindModel(txn, call, request.name());
  }));
  *response.mutable_registered_model() = std::move(row.model);
  return response;
}

StatusOr<v1::RenameRegisteredModelResponse> RegisteredModels::Rename(
    const CallContext& call, const v1::RenameRegisteredModelRequest& request) {
  RETURN_IF_ERROR(CheckModelName(request.new_name(), "new_name"));
  RETURN_IF_ERROR(CheckModelName(request.name()));
  const int64_t now_ms = clock_.NowMs();
  auto model = database_.Write(call, [&](db::Transaction& txn) -> StatusOr<v1::RegisteredModel> {
    ASSIGN_OR_RETURN(const auto locked, LockModel(txn, call, request.name()));
    RETURN_IF_ERROR(
        store::RenameRegisteredModel(txn, call.workspace, locked.key, request.new_name()));
    RETURN_IF_ERROR(store::TouchRegisteredModel(txn, call.workspace, locked.key, now_ms));
    RETURN_IF_ERROR(store::TouchModelVersions(txn, call.workspace, locked.key, now_ms));
    return ReadModelByKey(txn, call, locked.key, request.new_name());
  });
  if (absl::IsAlreadyExists(model.status())) {
    return absl::AlreadyExistsError(
        fmt::format("Registered Model (name={}) already exists. Error: the name belongs to another "
                    "registered model of this workspace.",
                    request.new_name()));
  }
  RETURN_IF_ERROR(model);
  v1::RenameRegisteredModelResponse response;
  *response.mutable_registered_model() = *std::move(model);
  return response;
}

StatusOr<v1::UpdateRegisteredModelResponse> RegisteredModels::Update(
    const CallContext& call, const v1::UpdateRegisteredModelRequest& request) {
  RETURN_IF_ERROR(CheckModelName(request.name()));
  RETURN_IF_ERROR(CheckDescription(request.description()));
  const int64_t now_ms = clock_.NowMs();
  v1::UpdateRegisteredModelResponse response;
  ASSIGN_OR_RETURN(
      *response.mutable_registered_model(),
      database_.Write(call, [&](db::Transaction& txn) -> StatusOr<v1::RegisteredModel> {
        ASSIGN_OR_RETURN(const auto locked, LockModel(txn, call, request.name()));
        RETURN_IF_ERROR(store::SetRegisteredModelDescription(txn, call.workspace, locked.key,
                                                             request.description()));
        RETURN_IF_ERROR(store::TouchRegisteredModel(txn, call.workspace, locked.key, now_ms));
        return ReadModelByKey(txn, call, locked.key, request.name());
      }));
  return response;
}

StatusOr<v1::DeleteRegisteredModelResponse> RegisteredModels::Delete(
    const CallContext& call, const v1::DeleteRegisteredModelRequest& request) {
  RETURN_IF_ERROR(CheckModelName(request.name()));
  RETURN_IF_ERROR(database_.Write(call, [&](db::Transaction& txn) -> Status {
    ASSIGN_OR_RETURN(const auto locked, LockModel(txn, call, request.name()));
    return store::DeleteRegisteredModel(txn, call.workspace, locked.key);
  }));
  return v1::DeleteRegisteredModelResponse();
}

StatusOr<v1::GetLatestVersionsResponse> RegisteredModels::GetLatestVersions(
    const CallContext& call, const v1::GetLatestVersionsRequest& request) {
  RETURN_IF_ERROR(CheckModelName(request.name()));
  ASSIGN_OR_RETURN(const auto row, database_.ReadOnce(call, [&](db::Transaction& txn) {
    return FindModel(txn, call, request.name());
  }));
  const v1::RegisteredModel& model = row.model;
  std::set<std::string_view> wanted;
  for (const std::string& stage : request.stages()) {
    ASSIGN_OR_RETURN(const std::string_view canonical, CanonicalStage(stage));
    wanted.insert(canonical);
  }
  v1::GetLatestVersionsResponse response;
  for (const auto& version : model.latest_versions()) {
    if (!wanted.empty() && !wanted.contains(version.current_stage())) continue;
    v1::ModelVersion* added = response.add_model_versions();
    *added = version;
    // Unlike the latest_versions of a model, these carry their aliases.
    for (const auto& alias : model.aliases()) {
      if (alias.version() == version.version()) added->add_aliases(alias.alias());
    }
  }
  return response;
}

StatusOr<v1::SetRegisteredModelTagResponse> RegisteredModels::SetTag(
    const CallContext& call, const v1::SetRegisteredModelTagRequest& request) {
  RETURN_IF_ERROR(CheckModelName(request.name()));
  RETURN_IF_ERROR(CheckModelTag(request.key(), request.value()));
  google::protobuf::RepeatedPtrField<v1::RegisteredModelTag> tags;
  tags.Add()->set_key(request.key());
  tags[0].set_value(request.value());
  RETURN_IF_ERROR(database_.Write(call, [&](db::Transaction& txn) -> Status {
    ASSIGN_OR_RETURN(const auto locked, LockModel(txn, call, request.name()));
    return store::SetRegisteredModelTags(txn, call.workspace, locked.key, tags);
  }));
  return v1::SetRegisteredModelTagResponse();
}

StatusOr<v1::DeleteRegisteredModelTagResponse> RegisteredModels::DeleteTag(
    const CallContext& call, const v1::DeleteRegisteredModelTagRequest& request) {
  RETURN_IF_ERROR(CheckModelName(request.name()));
  RETURN_IF_ERROR(CheckKey("key", request.key()));
  RETURN_IF_ERROR(database_.Write(call, [&](db::Transaction& txn) -> Status {
    ASSIGN_OR_RETURN(const auto locked, LockModel(txn, call, request.name()));
    return store::DeleteRegisteredModelTag(txn, call.workspace, locked.key, request.key());
  }));
  return v1::DeleteRegisteredModelTagResponse();
}

Status RegisteredModels::NameTaken(const CallContext& call,
                                   const v1::CreateRegisteredModelRequest& request) {
  ASSIGN_OR_RETURN(const auto holder, database_.ReadOnce(call, [&](db::Transaction& txn) {
    return store::FindRegisteredModel(txn, call.workspace, request.name());
  }));
  const auto noun = [](bool is_prompt) { return is_prompt ? "Prompt" : "Registered Model"; };
  const std::string wanted = noun(IsPrompt(request.tags()));
  const std::string held = holder ? noun(IsPrompt(holder->model.tags())) : wanted;
  if (wanted == held) {
    return absl::AlreadyExistsError(
        fmt::format("{} (name={}) already exists.", wanted, request.name()));
  }
  return absl::AlreadyExistsError(
      fmt::format("Tried to create a {} with name '{}', but the name is already taken by a {}. "
                  "Models and prompts share their names.",
                  absl::AsciiStrToLower(wanted), request.name(), absl::AsciiStrToLower(held)));
}

}  // namespace rookery::registry
