// A new version's rows.
#pragma once

#include <rookery/registry/v1/model_version.pb.h>

#include <cstdint>
#include <string_view>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/db/database.h"
#include "services/registry/domain/version_sources.h"

namespace rookery::registry {

// Inserts version `number`, with its tags, of the model with `key`, which the transaction holds
// (LockModel) and which had none of that number or a greater one.
Status WriteVersion(db::Transaction& txn, const CallContext& call, std::string_view key,
                    int64_t number, const v1::CreateModelVersionRequest& request,
                    const VersionSource& source, int64_t now_ms);

}  // namespace rookery::registry
