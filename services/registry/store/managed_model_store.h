// Rows of models and versions with what Azure ML's clients say of them.
#pragma once

#include <google/protobuf/map.h>
#include <rookery/registry/v1/model_version_details.pb.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/db/database.h"
#include "services/registry/store/registry_search_store.h"

namespace rookery::registry::store {

struct ManagedVersionRow {
  ModelVersionRow row;
  // Absent if MLflow made the version.
  std::optional<v1::ModelVersionDetails> details;
  bool archived = false;
};

struct ManagedModelRow {
  RegisteredModelRow row;
  // The greatest number that a version ever had.
  int64_t last_version = 0;
  // Of the versions that are there.
  std::optional<int64_t> newest;
  bool archived = false;
};

// Makes a model of this name, if there is none, with `key`.
Status EnsureRegisteredModel(db::Transaction& txn, std::string_view workspace, std::string_view key,
                             std::string_view name, int64_t now_ms);

StatusOr<std::optional<ManagedVersionRow>> FindManagedVersion(db::Transaction& txn,
                                                              std::string_view workspace,
                                                              const std::string& name,
                                                              int64_t number);
// As FindModelVersions and FindRegisteredModels, with one query more.
StatusOr<Found<ManagedVersionRow>> FindManagedVersions(db::Transaction& txn,
                                                       std::string_view workspace,
                                                       const SearchQuery& query,
                                                       const std::optional<filter::Cursor>& after,
                                                       int64_t limit);
StatusOr<Found<ManagedModelRow>> FindManagedModels(db::Transaction& txn, std::string_view workspace,
                                                   const SearchQuery& query,
                                                   const std::optional<filter::Cursor>& after,
                                                   int64_t limit);
StatusOr<std::optional<ManagedModelRow>> FindManagedModel(db::Transaction& txn,
                                                          std::string_view workspace,
                                                          const std::string& name);

Status SetManagedVersion(db::Transaction& txn, std::string_view workspace, std::string_view key,
                         int64_t number, const v1::ModelVersionDetails& details, bool archived,
                         int64_t now_ms);
Status SetModelArchived(db::Transaction& txn, std::string_view workspace, std::string_view key,
                        bool archived);

// What is not among `tags` goes.
using TagMap = google::protobuf::Map<std::string, std::string>;
Status ReplaceVersionTags(db::Transaction& txn, std::string_view workspace, std::string_view key,
                          int64_t number, const TagMap& tags);
Status ReplaceModelTags(db::Transaction& txn, std::string_view workspace, std::string_view key,
                        const TagMap& tags);

}  // namespace rookery::registry::store
