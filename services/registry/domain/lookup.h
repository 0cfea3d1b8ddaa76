// Finding models and versions, and the words for what is not there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/db/database.h"
#include "services/registry/store/model_version_store.h"
#include "services/registry/store/registered_model_store.h"

namespace rookery::registry {

Status RegisteredModelNotFound(std::string_view name);
Status ModelVersionNotFound(std::string_view name, int64_t version);

// These read, each with one query; NOT_FOUND if there is none of that name or number.
StatusOr<store::RegisteredModelRow> FindModel(db::Transaction& txn, const CallContext& call,
                                              const std::string& name);
StatusOr<std::string> FindModelKey(db::Transaction& txn, const CallContext& call,
                                   const std::string& name);
StatusOr<store::ModelVersionRow> FindVersion(db::Transaction& txn, const CallContext& call,
                                             const std::string& name, int64_t number);

// These stand before every write: they hold the model's row for the rest of the transaction.
StatusOr<store::LockedModel> LockModel(db::Transaction& txn, const CallContext& call,
                                       const std::string& name);
// The key of the model; NOT_FOUND speaks of the version even if it is the model that is not there.
StatusOr<std::string> LockModelOfVersion(db::Transaction& txn, const CallContext& call,
                                         const std::string& name, int64_t number);

}  // namespace rookery::registry
