// A version as Azure ML's clients make, change and find it.
#pragma once

#include <rookery/registry/v1/model_version.pb.h>
#include <rookery/registry/v1/model_version_details.pb.h>

#include <cstdint>
#include <optional>
#include <string>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/db/database.h"
#include "services/registry/domain/version_sources.h"
#include "services/registry/store/managed_model_store.h"

namespace rookery::registry {

struct NewManagedVersion {
  // What MLflow knows, too; its source is not looked at.
  v1::CreateModelVersionRequest version;
  v1::ModelVersionDetails details;
  VersionSource source;
  // Absent: the next one.
  std::optional<int64_t> number;
};

// INVALID_ARGUMENT: a limit of MLflow's is exceeded.
Status CheckManagedVersion(const NewManagedVersion& version);

// Makes the model, too, if there is none. INVALID_ARGUMENT: the model has, or had, a version of
// that number or a greater one.
StatusOr<store::ManagedVersionRow> WriteManagedVersion(db::Transaction& txn,
                                                       const CallContext& call,
                                                       const NewManagedVersion& version,
                                                       int64_t now_ms);

// What Azure ML's clients may change of a version; what is absent stays.
struct VersionChange {
  std::optional<std::string> description;
  std::optional<store::TagMap> tags;
  // Those that are there already keep their values.
  store::TagMap properties;
  std::optional<std::string> stage;
  std::optional<bool> archived;
};

// INVALID_ARGUMENT: a limit is exceeded, or there is no such stage.
Status CheckChange(const VersionChange& change);

// Writes to a version of the model with `key`, which the transaction holds.
Status WriteChange(db::Transaction& txn, const CallContext& call, const std::string& key,
                   const store::ManagedVersionRow& version, const VersionChange& change,
                   int64_t now_ms);

// NOT_FOUND.
StatusOr<store::ManagedVersionRow> FindManagedVersion(db::Transaction& txn, const CallContext& call,
                                                      const std::string& name, int64_t number);

// That a name is `name`, for a search.
filter::Clause NameIs(const std::string& name);

}  // namespace rookery::registry
