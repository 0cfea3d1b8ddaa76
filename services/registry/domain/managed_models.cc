#include "services/registry/domain/managed_models.h"

#include <absl/strings/str_split.h>
#include <fmt/format.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/percent.h"
#include "libs/filter_sql/sort.h"
#include "services/registry/domain/lookup.h"
#include "services/registry/domain/managed_version.h"
#include "services/registry/domain/model_asset.h"
#include "services/registry/domain/model_patch.h"
#include "services/registry/domain/validation.h"

namespace rookery::registry {
namespace {

using google::protobuf::util::TimeUtil;

constexpr char kMimeType[] = "application/json";
// What page tokens say that they are of.
constexpr char kModels[] = "managed_models";
constexpr int kMaxCount = 255;

struct ModelId {
  std::string name;
  int64_t version = 0;
};

StatusOr<ModelId> ParseId(const std::string& id) {
  const size_t colon = id.rfind(':');
  const auto version = ParseVersion(colon == id.npos ? "" : id.substr(colon + 1));
  // What is no id is the id of nothing.
  if (!version.ok() || colon == 0) {
    return absl::NotFoundError(fmt::format("There is no model with the id '{}'.", id));
  }
  return ModelId{id.substr(0, colon), *version};
}

std::string UrlOf(const std::string& name, const std::string& location) {
  const auto place = PlaceOfLocation(location);
  return place ? AssetUrl(MakeAsset(name, PrefixOf(*place))) : location;
}

// Texts that are there, alone.
template <typename Setter>
void SetUnlessEmpty(const std::string& text, Setter set) {
  if (!text.empty()) set(text);
}

v1::ManagedModel ModelOf(const store::ManagedVersionRow& managed) {
  const v1::ModelVersion& version = managed.row.version;
  const auto details = managed.details.value_or(v1::ModelVersionDetails());
  v1::ManagedModel model;
  model.set_id(fmt::format("{}:{}", version.name(), version.version()));
  model.set_name(version.name());
  model.set_version(managed.row.number);
  model.set_url(UrlOf(version.name(), managed.row.storage_location));
  model.set_mime_type(details.has_mime_type() ? details.mime_type() : kMimeType);
  SetUnlessEmpty(version.description(), [&](auto& text) { model.set_description(text); });
  for (const auto& tag : version.tags()) (*model.mutable_kv_tags())[tag.key()] = tag.value();
  *model.mutable_properties() = details.properties();
  *model.mutable_created_time() = TimeUtil::MillisecondsToTimestamp(version.creation_timestamp());
  *model.mutable_modified_time() =
      TimeUtil::MillisecondsToTimestamp(version.last_updated_timestamp());
  model.set_unpack(details.unpack());
  SetUnlessEmpty(details.framework(), [&](auto& text) { model.set_framework(text); });
  SetUnlessEmpty(details.framework_version(),
                 [&](auto& text) { model.set_framework_version(text); });
  SetUnlessEmpty(version.run_id(), [&](auto& text) { model.set_run_id(text); });
  SetUnlessEmpty(details.experiment_name(), [&](auto& text) { model.set_experiment_name(text); });
  return model;
}

NewManagedVersion NewVersionOf(const v1::CreateManagedModelRequest& request) {
  NewManagedVersion made;
  made.version.set_name(request.name());
  made.version.set_description(request.description());
  for (const auto& [key, value] : request.kv_tags()) {
    v1::ModelVersionTag* tag = made.version.add_tags();
    tag->set_key(key);
    tag->set_value(value);
  }
  v1::ModelVersionDetails& details = made.details;
  *details.mutable_properties() = request.properties();
  SetUnlessEmpty(request.mime_type(), [&](auto& text) { details.set_mime_type(text); });
  details.set_unpack(request.unpack());
  SetUnlessEmpty(request.framework(), [&](auto& text) { details.set_framework(text); });
  SetUnlessEmpty(request.framework_version(),
                 [&](auto& text) { details.set_framework_version(text); });
  SetUnlessEmpty(request.experiment_name(), [&](auto& text) { details.set_experiment_name(text); });
  details.set_model_type("custom_model");
  return made;
}

// `key` or `key=value`, joined by commas. The value is absent if any will do.
using Wanted = std::vector<std::pair<std::string, std::optional<std::string>>>;

Wanted ParseWanted(const std::string& text) {
  Wanted wanted;
  const std::vector<std::string> parts = absl::StrSplit(text, ',', absl::SkipEmpty());
  for (const std::string& part : parts) {
    const size_t equals = part.find('=');
    wanted.emplace_back(part.substr(0, equals), equals == part.npos
                                                    ? std::nullopt
                                                    : std::optional(part.substr(equals + 1)));
  }
  return wanted;
}

store::SearchQuery QueryOf(const v1::ListManagedModelsRequest& request) {
  store::SearchQuery query;
  if (!request.name().empty()) query.clauses.push_back(NameIs(request.name()));
  if (!request.run_id().empty()) {
    query.clauses.push_back({.key = "run_id", .value = request.run_id()});
  }
  for (const auto& [key, value] : ParseWanted(request.tags())) {
    filter::Clause clause{.entity = filter::Entity::kTag, .key = key};
    if (!value) clause.op = filter::Operator::kLike;
    clause.value = value.value_or("%");
    query.clauses.push_back(std::move(clause));
  }
  query.order = {{.key = "creation_timestamp", .ascending = false},
                 {.key = "name"},
                 {.key = "version_number", .ascending = false}};
  query.newest_only = request.latest_version_only();
  return query;
}

// By what no query can tell.
bool IsWanted(const store::ManagedVersionRow& version, const Wanted& properties,
              const std::string& framework) {
  const auto details = version.details.value_or(v1::ModelVersionDetails());
  if (!framework.empty() && details.framework() != framework) return false;
  return std::all_of(properties.begin(), properties.end(), [&](const auto& wanted) {
    const auto found = details.properties().find(wanted.first);
    return found != details.properties().end() &&
           (!wanted.second || found->second == *wanted.second);
  });
}

}  // namespace

StatusOr<v1::CreateModelAssetResponse> ManagedModels::CreateAsset(
    const CallContext&, const v1::CreateModelAssetRequest& request) {
  RETURN_IF_ERROR(CheckModelName(request.name()));
  if (request.artifacts_size() != 1) {
    return absl::InvalidArgumentError("An asset has one artifact here: the prefix of its files.");
  }
  ASSIGN_OR_RETURN(const ModelPlace place, PlaceOfPrefix(request.artifacts(0).prefix()));
  v1::CreateModelAssetResponse response;
  *response.mutable_asset() = MakeAsset(request.name(), PrefixOf(place));
  return response;
}

StatusOr<v1::GetModelAssetResponse> ManagedModels::GetAsset(
    const CallContext&, const v1::GetModelAssetRequest& request) {
  v1::GetModelAssetResponse response;
  ASSIGN_OR_RETURN(*response.mutable_asset(), AssetOfId(request.id()));
  return response;
}

StatusOr<v1::CreateManagedModelResponse> ManagedModels::Create(
    const CallContext& call, const v1::CreateManagedModelRequest& request) {
  NewManagedVersion made = NewVersionOf(request);
  RETURN_IF_ERROR(CheckManagedVersion(made));
  if (!request.datasets().empty()) {
    return absl::InvalidArgumentError("Azure ML's datasets are not kept here: leave them out.");
  }
  ASSIGN_OR_RETURN(const v1::ModelAsset asset, AssetOfUrl(request.url()));
  ASSIGN_OR_RETURN(const ModelPlace place, PlaceOfPrefix(asset.artifacts(0).prefix()));
  ASSIGN_OR_RETURN(made.source, places_.SourceAt(call, place));
  if (!request.run_id().empty()) made.source.run_id = request.run_id();
  const int64_t now_ms = clock_.NowMs();
  ASSIGN_OR_RETURN(const auto row, database_.Write(call, [&](db::Transaction& txn) {
    return WriteManagedVersion(txn, call, made, now_ms);
  }));
  v1::CreateManagedModelResponse response;
  *response.mutable_model() = ModelOf(row);
  return response;
}

StatusOr<v1::ListManagedModelsResponse> ManagedModels::List(
    const CallContext& call, const v1::ListManagedModelsRequest& request) {
  const int count = request.has_count() ? request.count() : kMaxCount;
  if (count < 1 || count > kMaxCount) {
    return absl::InvalidArgumentError(
        fmt::format("'count' must be between 1 and {}, but is {}.", kMaxCount, count));
  }
  const store::SearchQuery query = QueryOf(request);
  const Wanted properties = ParseWanted(request.properties());
  const filter::Sort sort = store::SortOfVersions(query);
  ASSIGN_OR_RETURN(auto after, filter::DecodePageToken(kModels, sort, request.skip_token()));
  v1::ListManagedModelsResponse response;
  do {
    ASSIGN_OR_RETURN(auto found, database_.Read(call, [&](db::Transaction& txn) {
      return store::FindManagedVersions(txn, call.workspace, query, after,
                                        count - response.value_size());
    }));
    for (const auto& row : found.rows) {
      if (IsWanted(row, properties, request.framework())) *response.add_value() = ModelOf(row);
    }
    after = std::move(found.next);
  } while (after && response.value_size() < count);
  if (after) {
    response.set_next_link(fmt::format(
        "/models?$skipToken={}", PercentEncode(filter::EncodePageToken(kModels, sort, *after))));
  }
  return response;
}

StatusOr<v1::GetManagedModelResponse> ManagedModels::Get(
    const CallContext& call, const v1::GetManagedModelRequest& request) {
  ASSIGN_OR_RETURN(const ModelId id, ParseId(request.id()));
  ASSIGN_OR_RETURN(const auto row, database_.Read(call, [&](db::Transaction& txn) {
    return FindManagedVersion(txn, call, id.name, id.version);
  }));
  v1::GetManagedModelResponse response;
  *response.mutable_model() = ModelOf(row);
  return response;
}

StatusOr<v1::UpdateManagedModelResponse> ManagedModels::Update(
    const CallContext& call, const v1::UpdateManagedModelRequest& request) {
  ASSIGN_OR_RETURN(const ModelId id, ParseId(request.id()));
  ASSIGN_OR_RETURN(ModelPatch patch, ReadPatch(request));
  const VersionChange change{.description = std::move(patch.description),
                             .tags = std::move(patch.tags),
                             .properties = std::move(patch.properties)};
  RETURN_IF_ERROR(CheckChange(change));
  const int64_t now_ms = clock_.NowMs();
  const auto write = [&](db::Transaction& txn) -> StatusOr<store::ManagedVersionRow> {
    ASSIGN_OR_RETURN(const std::string key, LockModelOfVersion(txn, call, id.name, id.version));
    ASSIGN_OR_RETURN(const auto row, FindManagedVersion(txn, call, id.name, id.version));
    RETURN_IF_ERROR(WriteChange(txn, call, key, row, change, now_ms));
    return FindManagedVersion(txn, call, id.name, id.version);
  };
  ASSIGN_OR_RETURN(const auto row, database_.Write(call, write));
  v1::UpdateManagedModelResponse response;
  *response.mutable_model() = ModelOf(row);
  return response;
}

StatusOr<v1::DeleteManagedModelResponse> ManagedModels::Delete(
    const CallContext& call, const v1::DeleteManagedModelRequest& request) {
  ASSIGN_OR_RETURN(const ModelId id, ParseId(request.id()));
  v1::DeleteModelVersionRequest version;
  version.set_name(id.name);
  version.set_version(std::to_string(id.version));
  RETURN_IF_ERROR(versions_.Delete(call, version));
  return v1::DeleteManagedModelResponse();
}

}  // namespace rookery::registry
