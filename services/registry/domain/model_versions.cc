#include "services/registry/domain/model_versions.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "libs/checks/checks.h"
#include "services/registry/domain/lookup.h"
#include "services/registry/domain/stages.h"
#include "services/registry/domain/validation.h"
#include "services/registry/domain/version_writer.h"
#include "services/registry/store/request_store.h"

namespace rookery::registry {
namespace {

constexpr char kCreateModelVersion[] = "CreateModelVersion";

// Checks the two parameters by which most calls name a version.
StatusOr<int64_t> CheckAndParse(const std::string& name, const std::string& version) {
  RETURN_IF_ERROR(CheckModelName(name));
  return ParseVersion(version);
}

}  // namespace

StatusOr<v1::CreateModelVersionResponse> ModelVersions::Create(
    const CallContext& call, const v1::CreateModelVersionRequest& request) {
  RETURN_IF_ERROR(CheckNewVersion(request));
  ASSIGN_OR_RETURN(const VersionSource source, sources_.Resolve(call, request));
  v1::CreateModelVersionResponse response;
  ASSIGN_OR_RETURN(*response.mutable_model_version(),
                   database_.Write(call, [&](db::Transaction& txn) {
                     return Insert(txn, call, request, source);
                   }));
  if (!source.logged_model_id.empty()) {
    const v1::ModelVersion& made = response.model_version();
    const Status noted =
        model_sources_.AddVersion(call, source.logged_model_id, made.name(), made.version());
    // The version is there; an error would have its creator make another one.
    if (!noted.ok()) {
      spdlog::warn("version {} of {} is not noted on its logged model: {}", made.version(),
                   made.name(), noted.ToString());
    }
  }
  return response;
}

StatusOr<v1::ModelVersion> ModelVersions::Insert(db::Transaction& txn, const CallContext& call,
                                                 const v1::CreateModelVersionRequest& request,
                                                 const VersionSource& source) {
  ASSIGN_OR_RETURN(const auto model, LockModel(txn, call, request.name()));
  const int64_t next = model.last_version + 1;
  const std::string own = std::to_string(next);
  // Under the model's lock, because the number is known only here, and stays free if the request is
  // a retry. A number says nothing without its model, so the model is part of the method.
  ASSIGN_OR_RETURN(const std::string made,
                   store::Requests().Claim(txn, call.workspace,
                                           fmt::format("{}/{}", kCreateModelVersion, model.key),
                                           request.request_id(), own, clock_.NowMs()));
  if (made == own) {
    RETURN_IF_ERROR(WriteVersion(txn, call, model.key, next, request, source, clock_.NowMs()));
  }
  ASSIGN_OR_RETURN(const int64_t number, ParseVersion(made));
  ASSIGN_OR_RETURN(auto row, FindVersion(txn, call, request.name(), number));
  return std::move(row.version);
}

StatusOr<v1::GetModelVersionResponse> ModelVersions::Get(
    const CallContext& call, const v1::GetModelVersionRequest& request) {
  ASSIGN_OR_RETURN(auto row, Read(call, request.name(), request.version()));
  v1::GetModelVersionResponse response;
  *response.mutable_model_version() = std::move(row.version);
  return response;
}

StatusOr<v1::UpdateModelVersionResponse> ModelVersions::Update(
    const CallContext& call, const v1::UpdateModelVersionRequest& request) {
  ASSIGN_OR_RETURN(const int64_t number, CheckAndParse(request.name(), request.version()));
  RETURN_IF_ERROR(CheckDescription(request.description()));
  const auto description =
      request.has_description() ? std::optional(request.description()) : std::nullopt;
  const int64_t now_ms = clock_.NowMs();
  v1::UpdateModelVersionResponse response;
  ASSIGN_OR_RETURN(*response.mutable_model_version(),
                   database_.Write(call, [&](db::Transaction& txn) -> StatusOr<v1::ModelVersion> {
                     ASSIGN_OR_RETURN(const std::string key,
                                      LockModelOfVersion(txn, call, request.name(), number));
                     RETURN_IF_ERROR(store::SetModelVersionDescription(
                         txn, call.workspace, key, number, description, now_ms));
                     ASSIGN_OR_RETURN(auto row, FindVersion(txn, call, request.name(), number));
                     return std::move(row.version);
                   }));
  return response;
}

StatusOr<v1::TransitionModelVersionStageResponse> ModelVersions::TransitionStage(
    const CallContext& call, const v1::TransitionModelVersionStageRequest& request) {
  ASSIGN_OR_RETURN(const std::string_view stage, CanonicalStage(request.stage()));
  if (request.archive_existing_versions() && !IsActiveStage(stage)) {
    return absl::InvalidArgumentError(
        fmt::format("Model version transition cannot archive existing model versions because '{}' "
                    "is not an Active stage. Valid stages are ['Staging', 'Production']",
                    request.stage()));
  }
  ASSIGN_OR_RETURN(const int64_t number, CheckAndParse(request.name(), request.version()));
  const int64_t now_ms = clock_.NowMs();
  v1::TransitionModelVersionStageResponse response;
  ASSIGN_OR_RETURN(*response.mutable_model_version(),
                   database_.Write(call, [&](db::Transaction& txn) -> StatusOr<v1::ModelVersion> {
                     ASSIGN_OR_RETURN(const std::string key,
                                      LockModelOfVersion(txn, call, request.name(), number));
                     if (request.archive_existing_versions()) {
                       RETURN_IF_ERROR(store::MoveOtherModelVersions(
                           txn, call.workspace, key, number, stage, kStageArchived, now_ms));
                     }
                     RETURN_IF_ERROR(store::SetModelVersionStage(txn, call.workspace, key, number,
                                                                 stage, now_ms));
                     RETURN_IF_ERROR(store::TouchRegisteredModel(txn, call.workspace, key, now_ms));
                     ASSIGN_OR_RETURN(auto row, FindVersion(txn, call, request.name(), number));
                     return std::move(row.version);
                   }));
  return response;
}

StatusOr<v1::DeleteModelVersionResponse> ModelVersions::Delete(
    const CallContext& call, const v1::DeleteModelVersionRequest& request) {
  ASSIGN_OR_RETURN(const int64_t number, CheckAndParse(request.name(), request.version()));
  const int64_t now_ms = clock_.NowMs();
  RETURN_IF_ERROR(database_.Write(call, [&](db::Transaction& txn) -> Status {
    ASSIGN_OR_RETURN(const std::string key, LockModelOfVersion(txn, call, request.name(), number));
    RETURN_IF_ERROR(store::DeleteModelVersion(txn, call.workspace, key, number));
    return store::TouchRegisteredModel(txn, call.workspace, key, now_ms);
  }));
  return v1::DeleteModelVersionResponse();
}

StatusOr<v1::GetModelVersionDownloadUriResponse> ModelVersions::GetDownloadUri(
    const CallContext& call, const v1::GetModelVersionDownloadUriRequest& request) {
  ASSIGN_OR_RETURN(auto row, Read(call, request.name(), request.version()));
  v1::GetModelVersionDownloadUriResponse response;
  response.set_artifact_uri(std::move(row.storage_location));
  return response;
}

StatusOr<v1::SetModelVersionTagResponse> ModelVersions::SetTag(
    const CallContext& call, const v1::SetModelVersionTagRequest& request) {
  ASSIGN_OR_RETURN(const int64_t number, CheckAndParse(request.name(), request.version()));
  RETURN_IF_ERROR(CheckVersionTag(request.key(), request.value()));
  google::protobuf::RepeatedPtrField<v1::ModelVersionTag> tags;
  tags.Add()->set_key(request.key());
  tags[0].set_value(request.value());
  RETURN_IF_ERROR(database_.Write(call, [&](db::Transaction& txn) -> Status {
    ASSIGN_OR_RETURN(const std::string key, LockModelOfVersion(txn, call, request.name(), number));
    return store::SetModelVersionTags(txn, call.workspace, key, number, tags);
  }));
  return v1::SetModelVersionTagResponse();
}

StatusOr<v1::DeleteModelVersionTagResponse> ModelVersions::DeleteTag(
    const CallContext& call, const v1::DeleteModelVersionTagRequest& request) {
  ASSIGN_OR_RETURN(const int64_t number, CheckAndParse(request.name(), request.version()));
  RETURN_IF_ERROR(CheckKey("key", request.key()));
  RETURN_IF_ERROR(database_.Write(call, [&](db::Transaction& txn) -> Status {
    ASSIGN_OR_RETURN(const std::string key, LockModelOfVersion(txn, call, request.name(), number));
    return store::DeleteModelVersionTag(txn, call.workspace, key, number, request.key());
  }));
  return v1::DeleteModelVersionTagResponse();
}

StatusOr<store::ModelVersionRow> ModelVersions::Read(const CallContext& call,
                                                     const std::string& name,
                                                     const std::string& version) {
  ASSIGN_OR_RETURN(const int64_t number, CheckAndParse(name, version));
  return database_.ReadOnce(
      call, [&](db::Transaction& txn) { return FindVersion(txn, call, name, number); });
}

}  // namespace rookery::registry
