#include "services/registry/domain/version_writer.h"

#include "services/registry/domain/stages.h"
#include "services/registry/store/model_version_store.h"
#include "services/registry/store/registered_model_store.h"

namespace rookery::registry {

Status WriteVersion(db::Transaction& txn, const CallContext& call, std::string_view key,
                    int64_t number, const v1::CreateModelVersionRequest& request,
                    const VersionSource& source, int64_t now_ms) {
  store::NewModelVersion version;
  version.number = number;
  version.stage = kStageNone;
  version.description = request.description();
  version.source = source.source;
  version.storage_location = source.storage_location;
  version.run_id = source.run_id;
  version.run_link = request.run_link();
  version.logged_model_id = source.logged_model_id;
  version.now_ms = now_ms;
  RETURN_IF_ERROR(store::InsertModelVersion(txn, call.workspace, key, version));
  RETURN_IF_ERROR(store::SetModelVersionTags(txn, call.workspace, key, number, request.tags()));
  RETURN_IF_ERROR(store::SetLastVersion(txn, call.workspace, key, number));
  return store::TouchRegisteredModel(txn, call.workspace, key, now_ms);
}

}  // namespace rookery::registry
