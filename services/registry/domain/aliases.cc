#include "services/registry/domain/aliases.h"

#include <fmt/format.h>

#include "services/registry/domain/lookup.h"
#include "services/registry/domain/validation.h"

namespace rookery::registry {
namespace {

StatusOr<int64_t> NumberOf(db::Transaction& txn, const CallContext& call,
                           const v1::GetModelVersionByAliasRequest& request) {
  ASSIGN_OR_RETURN(const std::string key, FindModelKey(txn, call, request.name()));
  if (IsLatestAlias(request.alias())) {
    ASSIGN_OR_RETURN(const auto newest, store::NewestVersion(txn, call.workspace, key));
    if (newest) return *newest;
    return absl::NotFoundError(
        fmt::format("Latest version not found for model {}.", request.name()));
  }
  ASSIGN_OR_RETURN(const auto number, store::FindAlias(txn, call.workspace, key, request.alias()));
  if (number) return *number;
  return absl::InvalidArgumentError(
      fmt::format("Registered model alias {} not found.", request.alias()));
}

}  // namespace

StatusOr<v1::SetRegisteredModelAliasResponse> Aliases::Set(
    const CallContext& call, const v1::SetRegisteredModelAliasRequest& request) {
  RETURN_IF_ERROR(CheckModelName(request.name()));
  RETURN_IF_ERROR(CheckNewAlias(request.alias()));
  ASSIGN_OR_RETURN(const int64_t number, ParseVersion(request.version()));
  RETURN_IF_ERROR(database_.Write(call, [&](db::Transaction& txn) -> Status {
    ASSIGN_OR_RETURN(const std::string key, LockModelOfVersion(txn, call, request.name(), number));
    return store::SetAlias(txn, call.workspace, key, request.alias(), number);
  }));
  return v1::SetRegisteredModelAliasResponse();
}

StatusOr<v1::DeleteRegisteredModelAliasResponse> Aliases::Delete(
    const CallContext& call, const v1::DeleteRegisteredModelAliasRequest& request) {
  RETURN_IF_ERROR(CheckModelName(request.name()));
  RETURN_IF_ERROR(CheckAlias(request.alias()));
  RETURN_IF_ERROR(database_.Write(call, [&](db::Transaction& txn) -> Status {
    ASSIGN_OR_RETURN(const auto locked, LockModel(txn, call, request.name()));
    return store::DeleteAlias(txn, call.workspace, locked.key, request.alias());
  }));
  return v1::DeleteRegisteredModelAliasResponse();
}

StatusOr<v1::GetModelVersionByAliasResponse> Aliases::GetVersion(
    const CallContext& call, const v1::GetModelVersionByAliasRequest& request) {
  RETURN_IF_ERROR(CheckModelName(request.name()));
  RETURN_IF_ERROR(CheckAlias(request.alias()));
  v1::GetModelVersionByAliasResponse response;
  ASSIGN_OR_RETURN(*response.mutable_model_version(),
                   database_.Read(call, [&](db::Transaction& txn) -> StatusOr<v1::ModelVersion> {
                     ASSIGN_OR_RETURN(const int64_t number, NumberOf(txn, call, request));
                     ASSIGN_OR_RETURN(auto row, FindVersion(txn, call, request.name(), number));
                     return std::move(row.version);
                   }));
  return response;
}

}  // namespace rookery::registry
