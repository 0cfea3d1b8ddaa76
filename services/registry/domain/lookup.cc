#include "services/registry/domain/lookup.h"

#include <fmt/format.h>

namespace rookery::registry {

Status RegisteredModelNotFound(std::string_view name) {
  return absl::NotFoundError(fmt::format("Registered Model with name={} not found", name));
}

Status ModelVersionNotFound(std::string_view name, int64_t version) {
  return absl::NotFoundError(
      fmt::format("Model Version (name={}, version={}) not found", name, version));
}

StatusOr<store::RegisteredModelRow> FindModel(db::Transaction& txn, const CallContext& call,
                                              const std::string& name) {
  ASSIGN_OR_RETURN(auto row, store::FindRegisteredModel(txn, call.workspace, name));
  if (!row) return RegisteredModelNotFound(name);
  return *std::move(row);
}

StatusOr<std::string> FindModelKey(db::Transaction& txn, const CallContext& call,
                                   const std::string& name) {
  ASSIGN_OR_RETURN(auto key, store::FindModelKey(txn, call.workspace, name));
  if (!key) return RegisteredModelNotFound(name);
  return *std::move(key);
}

StatusOr<store::ModelVersionRow> FindVersion(db::Transaction& txn, const CallContext& call,
                                             const std::string& name, int64_t number) {
  ASSIGN_OR_RETURN(auto row, store::FindModelVersion(txn, call.workspace, name, number));
  if (!row) return ModelVersionNotFound(name, number);
  return *std::move(row);
}

StatusOr<store::LockedModel> LockModel(db::Transaction& txn, const CallContext& call,
                                       const std::string& name) {
  ASSIGN_OR_RETURN(auto locked, store::LockRegisteredModel(txn, call.workspace, name));
  if (!locked) return RegisteredModelNotFound(name);
  return *std::move(locked);
}

StatusOr<std::string> LockModelOfVersion(db::Transaction& txn, const CallContext& call,
                                         const std::string& name, int64_t number) {
  ASSIGN_OR_RETURN(auto locked, store::LockRegisteredModel(txn, call.workspace, name));
  if (!locked) return ModelVersionNotFound(name, number);
  ASSIGN_OR_RETURN(const bool found,
                   store::HasModelVersion(txn, call.workspace, locked->key, number));
  if (!found) return ModelVersionNotFound(name, number);
  return std::move(locked->key);
}

}  // namespace rookery::registry
