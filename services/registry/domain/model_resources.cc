#include "services/registry/domain/model_resources.h"

#include <fmt/format.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "libs/base/ids.h"
#include "libs/base/percent.h"
#include "libs/filter_sql/sort.h"
#include "services/registry/domain/lookup.h"
#include "services/registry/domain/managed_version.h"
#include "services/registry/domain/stages.h"
#include "services/registry/domain/validation.h"

namespace rookery::registry {
namespace {

using google::protobuf::util::TimeUtil;

constexpr char kType[] = "Microsoft.MachineLearningServices/workspaces/models";
constexpr char kMlflowModel[] = "mlflow_model";
// What page tokens say that they are of.
constexpr char kVersions[] = "model_version_resources";
constexpr char kContainers[] = "model_container_resources";
constexpr int kDefaultTop = 100;
constexpr int kMaxTop = 1000;

// The beginning of ids, which SDK v2 takes apart: names are in it as they are.
std::string IdOf(const v1::WorkspacePath& workspace, const std::string& name) {
  return fmt::format(
      "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.MachineLearningServices/workspaces/"
      "{}/models/{}",
      workspace.subscription_id(), workspace.resource_group(), workspace.workspace_name(), name);
}

v1::ResourceSystemData SystemDataOf(int64_t created_ms, int64_t modified_ms) {
  v1::ResourceSystemData data;
  *data.mutable_created_at() = TimeUtil::MillisecondsToTimestamp(created_ms);
  *data.mutable_last_modified_at() = TimeUtil::MillisecondsToTimestamp(modified_ms);
  return data;
}

v1::ModelContainerResource ContainerOf(const v1::WorkspacePath& workspace,
                                       const store::ManagedModelRow& managed) {
  const v1::RegisteredModel& model = managed.row.model;
  v1::ModelContainerResource resource;
  resource.set_id(IdOf(workspace, model.name()));
  resource.set_name(model.name());
  resource.set_type(kType);
  *resource.mutable_system_data() =
      SystemDataOf(model.creation_timestamp(), model.last_updated_timestamp());
  v1::ModelContainerProperties& properties = *resource.mutable_properties();
  if (model.has_description()) properties.set_description(model.description());
  for (const auto& tag : model.tags()) (*properties.mutable_tags())[tag.key()] = tag.value();
  if (managed.newest) properties.set_latest_version(std::to_string(*managed.newest));
  properties.set_next_version(std::to_string(managed.last_version + 1));
  properties.set_is_archived(managed.archived);
  return resource;
}

NewManagedVersion NewVersionOf(const v1::PutModelVersionResourceRequest& request, int64_t number) {
  const v1::ModelVersionProperties& properties = request.properties();
  NewManagedVersion made;
  made.number = number;
  made.version.set_name(request.name());
  made.version.set_description(properties.description());
  for (const auto& [key, value] : properties.tags()) {
    v1::ModelVersionTag* tag = made.version.add_tags();
    tag->set_key(key);
    tag->set_value(value);
  }
  *made.details.mutable_properties() = properties.properties();
  made.details.set_model_type(properties.has_model_type() ? properties.model_type()
                                                          : "custom_model");
  *made.details.mutable_flavors() = properties.flavors();
  made.details.set_is_anonymous(properties.is_anonymous());
  return made;
}

VersionChange ChangeOf(const v1::ModelVersionProperties& properties) {
  VersionChange change{.tags = properties.tags(), .properties = properties.properties()};
  if (properties.has_description()) change.description = properties.description();
  if (!properties.stage().empty()) change.stage = properties.stage();
  if (properties.has_is_archived()) change.archived = properties.is_archived();
  return change;
}

StatusOr<std::optional<bool>> ArchivedOf(const std::string& list_view_type) {
  if (list_view_type.empty() || list_view_type == "ActiveOnly") return false;
  if (list_view_type == "ArchivedOnly") return true;
  if (list_view_type == "All") return std::nullopt;
  return absl::InvalidArgumentError(
      fmt::format("'listViewType' is ActiveOnly, ArchivedOnly or All, not '{}'.", list_view_type));
}

StatusOr<int> TopOf(std::optional<int> top) {
  if (!top) return kDefaultTop;
  if (*top >= 1 && *top <= kMaxTop) return *top;
  return absl::InvalidArgumentError(
      fmt::format("'$top' must be between 1 and {}, but is {}.", kMaxTop, *top));
}

// `top` is repeated if the request had one.
std::string NextLink(const std::string& path, const std::string& token, std::optional<int> top,
                     const std::string& list_view_type) {
  std::string link = fmt::format("{}?$skip={}", path, PercentEncode(token));
  if (top) link += fmt::format("&$top={}", *top);
  if (!list_view_type.empty()) link += "&listViewType=" + list_view_type;
  return link;
}

std::string PathOf(const v1::WorkspacePath& workspace) {
  v1::WorkspacePath encoded;
  encoded.set_subscription_id(PercentEncode(workspace.subscription_id()));
  encoded.set_resource_group(PercentEncode(workspace.resource_group()));
  encoded.set_workspace_name(PercentEncode(workspace.workspace_name()));
  const std::string id = IdOf(encoded, "");
  return id.substr(0, id.size() - 1);
}

template <typename Request>
std::optional<int> AskedTop(const Request& request) {
  return request.has_top() ? std::optional(request.top()) : std::nullopt;
}

}  // namespace

StatusOr<v1::ModelVersionResource> ModelResources::ResourceOf(
    const CallContext& call, const v1::WorkspacePath& workspace,
    const store::ManagedVersionRow& managed) const {
  const v1::ModelVersion& version = managed.row.version;
  const auto details = managed.details.value_or(v1::ModelVersionDetails());
  v1::ModelVersionResource resource;
  resource.set_id(
      fmt::format("{}/versions/{}", IdOf(workspace, version.name()), version.version()));
  resource.set_name(version.version());
  resource.set_type(fmt::format("{}/versions", kType));
  *resource.mutable_system_data() =
      SystemDataOf(version.creation_timestamp(), version.last_updated_timestamp());
  v1::ModelVersionProperties& properties = *resource.mutable_properties();
  if (!version.description().empty()) properties.set_description(version.description());
  for (const auto& tag : version.tags()) (*properties.mutable_tags())[tag.key()] = tag.value();
  *properties.mutable_properties() = details.properties();
  ASSIGN_OR_RETURN(*properties.mutable_model_uri(),
                   places_.ModelUriOf(call, workspace, managed.row.storage_location));
  properties.set_model_type(details.has_model_type() ? details.model_type() : kMlflowModel);
  *properties.mutable_flavors() = details.flavors();
  if (!version.run_id().empty()) properties.set_job_name(version.run_id());
  if (version.current_stage() != kStageNone) properties.set_stage(version.current_stage());
  properties.set_is_anonymous(details.is_anonymous());
  properties.set_is_archived(managed.archived);
  return resource;
}

StatusOr<v1::GetModelVersionResourceResponse> ModelResources::GetVersion(
    const CallContext& call, const v1::GetModelVersionResourceRequest& request) {
  ASSIGN_OR_RETURN(const int64_t number, ParseVersion(request.version()));
  ASSIGN_OR_RETURN(const auto row, database_.Read(call, [&](db::Transaction& txn) {
    return FindManagedVersion(txn, call, request.name(), number);
  }));
  v1::GetModelVersionResourceResponse response;
  ASSIGN_OR_RETURN(*response.mutable_resource(), ResourceOf(call, request.workspace(), row));
  return response;
}

StatusOr<v1::PutModelVersionResourceResponse> ModelResources::PutVersion(
    const CallContext& call, const v1::PutModelVersionResourceRequest& request) {
  ASSIGN_OR_RETURN(const int64_t number, ParseVersion(request.version()));
  ASSIGN_OR_RETURN(const auto row, Put(call, request, number));
  v1::PutModelVersionResourceResponse response;
  ASSIGN_OR_RETURN(*response.mutable_resource(), ResourceOf(call, request.workspace(), row));
  return response;
}

StatusOr<store::ManagedVersionRow> ModelResources::Put(
    const CallContext& call, const v1::PutModelVersionResourceRequest& request, int64_t number) {
  const v1::ModelVersionProperties& properties = request.properties();
  NewManagedVersion made = NewVersionOf(request, number);
  const VersionChange change = ChangeOf(properties);
  RETURN_IF_ERROR(CheckManagedVersion(made));
  RETURN_IF_ERROR(CheckChange(change));
  const int64_t now_ms = clock_.NowMs();
  // Its place is asked of tracking, which no transaction waits for, so a version is looked for
  // first.
  ASSIGN_OR_RETURN(const auto there, database_.Read(call, [&](db::Transaction& txn) {
    return store::FindManagedVersion(txn, call.workspace, request.name(), number);
  }));
  if (!there) {
    ASSIGN_OR_RETURN(const ModelPlace place, PlaceOfModelUri(properties.model_uri()));
    ASSIGN_OR_RETURN(made.source, places_.SourceAt(call, place));
    if (!properties.job_name().empty()) made.source.run_id = properties.job_name();
  } else if (!properties.model_uri().empty()) {
    ASSIGN_OR_RETURN(const std::string uri,
                     places_.ModelUriOf(call, request.workspace(), there->row.storage_location));
    const auto asked = PlaceOfModelUri(properties.model_uri());
    const auto kept = PlaceOfModelUri(uri);
    const bool same = properties.model_uri() == uri || (asked.ok() && kept.ok() && *asked == *kept);
    if (!same) {
      return WithErrorCode(
          absl::AlreadyExistsError(fmt::format("Version {} of the model '{}' is there already, "
                                               "with other files. A version's files do "
                                               "not change: make another version.",
                                               number, request.name())),
          "RESOURCE_CONFLICT");
    }
  }
  const auto write = [&](db::Transaction& txn) -> StatusOr<store::ManagedVersionRow> {
    store::ManagedVersionRow row;
    if (there) {
      ASSIGN_OR_RETURN(row, FindManagedVersion(txn, call, request.name(), number));
    } else {
      ASSIGN_OR_RETURN(row, WriteManagedVersion(txn, call, made, now_ms));
    }
    ASSIGN_OR_RETURN(const std::string key, LockModelOfVersion(txn, call, request.name(), number));
    RETURN_IF_ERROR(WriteChange(txn, call, key, row, change, now_ms));
    return FindManagedVersion(txn, call, request.name(), number);
  };
  return database_.Write(call, write);
}

StatusOr<v1::ListModelVersionResourcesResponse> ModelResources::ListVersions(
    const CallContext& call, const v1::ListModelVersionResourcesRequest& request) {
  ASSIGN_OR_RETURN(const int top, TopOf(AskedTop(request)));
  store::SearchQuery query;
  query.clauses = {NameIs(request.name())};
  query.order = {{.key = "creation_timestamp", .ascending = false},
                 {.key = "version_number", .ascending = false}};
  ASSIGN_OR_RETURN(query.archived, ArchivedOf(request.list_view_type()));
  const filter::Sort sort = store::SortOfVersions(query);
  ASSIGN_OR_RETURN(const auto after, filter::DecodePageToken(kVersions, sort, request.skip()));
  ASSIGN_OR_RETURN(const auto found, database_.Read(call, [&](db::Transaction& txn) {
    return store::FindManagedVersions(txn, call.workspace, query, after, top);
  }));
  v1::ListModelVersionResourcesResponse response;
  for (const auto& row : found.rows) {
    ASSIGN_OR_RETURN(*response.add_value(), ResourceOf(call, request.workspace(), row));
  }
  if (found.next) {
    response.set_next_link(NextLink(
        fmt::format("{}/{}/versions", PathOf(request.workspace()), PercentEncode(request.name())),
        filter::EncodePageToken(kVersions, sort, *found.next), AskedTop(request),
        request.list_view_type()));
  }
  return response;
}

StatusOr<v1::GetModelContainerResourceResponse> ModelResources::GetContainer(
    const CallContext& call, const v1::GetModelContainerResourceRequest& request) {
  ASSIGN_OR_RETURN(const auto found, database_.Read(call, [&](db::Transaction& txn) {
    return store::FindManagedModel(txn, call.workspace, request.name());
  }));
  if (!found) return RegisteredModelNotFound(request.name());
  v1::GetModelContainerResourceResponse response;
  *response.mutable_resource() = ContainerOf(request.workspace(), *found);
  return response;
}

StatusOr<v1::PutModelContainerResourceResponse> ModelResources::PutContainer(
    const CallContext& call, const v1::PutModelContainerResourceRequest& request) {
  const v1::ModelContainerProperties& properties = request.properties();
  RETURN_IF_ERROR(CheckModelName(request.name()));
  RETURN_IF_ERROR(CheckDescription(properties.description()));
  for (const auto& [key, value] : properties.tags()) {
    RETURN_IF_ERROR(CheckModelTag(key, value));
  }
  const int64_t now_ms = clock_.NowMs();
  const auto write = [&](db::Transaction& txn) -> StatusOr<store::ManagedModelRow> {
    RETURN_IF_ERROR(
        store::EnsureRegisteredModel(txn, call.workspace, NewRunId(), request.name(), now_ms));
    ASSIGN_OR_RETURN(const auto locked, LockModel(txn, call, request.name()));
    if (properties.has_description()) {
      RETURN_IF_ERROR(store::SetRegisteredModelDescription(txn, call.workspace, locked.key,
                                                           properties.description()));
    }
    RETURN_IF_ERROR(store::ReplaceModelTags(txn, call.workspace, locked.key, properties.tags()));
    if (properties.has_is_archived()) {
      RETURN_IF_ERROR(
          store::SetModelArchived(txn, call.workspace, locked.key, properties.is_archived()));
    }
    RETURN_IF_ERROR(store::TouchRegisteredModel(txn, call.workspace, locked.key, now_ms));
    ASSIGN_OR_RETURN(auto found, store::FindManagedModel(txn, call.workspace, request.name()));
    if (!found) return RegisteredModelNotFound(request.name());
    return *std::move(found);
  };
  ASSIGN_OR_RETURN(const auto row, database_.Write(call, write));
  v1::PutModelContainerResourceResponse response;
  *response.mutable_resource() = ContainerOf(request.workspace(), row);
  return response;
}

StatusOr<v1::ListModelContainerResourcesResponse> ModelResources::ListContainers(
    const CallContext& call, const v1::ListModelContainerResourcesRequest& request) {
  ASSIGN_OR_RETURN(const int top, TopOf(AskedTop(request)));
  store::SearchQuery query;
  query.order = {{.key = "name"}};
  ASSIGN_OR_RETURN(query.archived, ArchivedOf(request.list_view_type()));
  const filter::Sort sort = store::SortOfModels(query);
  ASSIGN_OR_RETURN(const auto after, filter::DecodePageToken(kContainers, sort, request.skip()));
  ASSIGN_OR_RETURN(const auto found, database_.Read(call, [&](db::Transaction& txn) {
    return store::FindManagedModels(txn, call.workspace, query, after, top);
  }));
  v1::ListModelContainerResourcesResponse response;
  for (const auto& row : found.rows) *response.add_value() = ContainerOf(request.workspace(), row);
  if (found.next) {
    response.set_next_link(NextLink(PathOf(request.workspace()),
                                    filter::EncodePageToken(kContainers, sort, *found.next),
                                    AskedTop(request), request.list_view_type()));
  }
  return response;
}

}  // namespace rookery::registry
