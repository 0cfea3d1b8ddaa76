#include "services/registry/domain/model_places.h"

#include <absl/strings/match.h>
#include <fmt/format.h>

#include "services/registry/domain/source_uri.h"

namespace rookery::registry {
namespace {

constexpr std::string_view kRunOrigin = "ExperimentRun/";
constexpr std::string_view kRunContainer = "dcid.";
constexpr std::string_view kStore = "mlflow-artifacts:/";
constexpr std::string_view kRuns = "runs:/";
constexpr std::string_view kAzureml = "azureml://";
constexpr std::string_view kJobs = "jobs/";
constexpr std::string_view kJobPaths = "/outputs/artifacts/paths/";
constexpr std::string_view kDatastores = "datastores/";
constexpr std::string_view kDatastorePaths = "workspaceblobstore/paths/";
constexpr std::string_view kLoggedModel = "m-";

// Takes `word` from the beginning of `text`, if it is there.
bool Take(std::string_view word, std::string_view* text) {
  if (!text->starts_with(word)) return false;
  text->remove_prefix(word.size());
  return true;
}

std::string_view WithoutSlashes(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

std::string Joined(std::string_view root, std::string_view path) {
  while (root.ends_with('/')) root.remove_suffix(1);
  return path.empty() ? std::string(root) : fmt::format("{}/{}", root, path);
}

Status BadUri(std::string_view uri) {
  return absl::InvalidArgumentError(fmt::format(
      "A model cannot be at '{}'. It can be in the workspace's store "
      "(azureml://datastores/workspaceblobstore/paths/...) or among the artifacts of a run "
      "(runs:/<run>/..., azureml://jobs/<run>/outputs/artifacts/paths/...).",
      uri));
}

// `<owner><separator><path>`.
std::optional<ModelPlace> OwnedPlace(std::string_view text, std::string_view separator) {
  const size_t at = text.find(separator);
  if (at == 0) return std::nullopt;
  if (at == std::string_view::npos) return ModelPlace{std::string(text), ""};
  return ModelPlace{std::string(text.substr(0, at)),
                    std::string(WithoutSlashes(text.substr(at + separator.size())))};
}

}  // namespace

StatusOr<ModelPlace> PlaceOfPrefix(std::string_view prefix) {
  const std::string_view text = WithoutSlashes(prefix);
  // With a path that cannot be told from another by those who take it apart.
  RETURN_IF_ERROR(CheckAbsolute(std::string(kStore) + std::string(text)));
  const size_t container = text.find('/');
  const size_t path = container == text.npos ? container : text.find('/', container + 1);
  if (path == text.npos) {
    return absl::InvalidArgumentError(
        fmt::format("'{}' is no <origin>/<container>/<path> of files.", prefix));
  }
  std::string_view owned = text;
  if (Take(kRunOrigin, &owned) && Take(kRunContainer, &owned)) {
    auto place = OwnedPlace(owned, "/");
    if (place) return *std::move(place);
  }
  return ModelPlace{"", std::string(text)};
}

std::string PrefixOf(const ModelPlace& place) {
  if (place.owner.empty()) return place.path;
  return Joined(fmt::format("{}{}{}", kRunOrigin, kRunContainer, place.owner), place.path);
}

StatusOr<ModelPlace> PlaceOfModelUri(std::string_view uri) {
  std::string_view rest = uri;
  std::optional<ModelPlace> place;
  if (Take(kRuns, &rest)) {
    place = OwnedPlace(rest, "/");
  } else if (Take(kAzureml, &rest)) {
    if (Take(kJobs, &rest)) {
      place = OwnedPlace(rest, kJobPaths);
    } else {
      // Before it may stand which workspace's.
      const size_t datastore = rest.find(kDatastores);
      rest.remove_prefix(datastore == rest.npos ? rest.size() : datastore + kDatastores.size());
      if (Take(kDatastorePaths, &rest)) place = ModelPlace{"", std::string(WithoutSlashes(rest))};
    }
  }
  if (!place || (place->owner.empty() && place->path.empty())) return BadUri(uri);
  RETURN_IF_ERROR(CheckAbsolute(Joined(std::string(kStore) + place->owner, place->path)));
  return *std::move(place);
}

std::string DatastoreUri(const v1::WorkspacePath& workspace, std::string_view path) {
  return fmt::format("{}subscriptions/{}/resourcegroups/{}/workspaces/{}/{}{}{}", kAzureml,
                     workspace.subscription_id(), workspace.resource_group(),
                     workspace.workspace_name(), kDatastores, kDatastorePaths, path);
}

std::optional<ModelPlace> PlaceOfLocation(std::string_view location) {
  std::string_view rest = location;
  if (Take(kRuns, &rest)) return OwnedPlace(rest, "/");
  if (!Take(kStore, &rest) || rest.starts_with('/')) return std::nullopt;
  return ModelPlace{"", std::string(WithoutSlashes(rest))};
}

StatusOr<VersionSource> ModelPlaces::SourceAt(const CallContext& call,
                                              const ModelPlace& place) const {
  VersionSource source;
  if (place.owner.empty()) {
    source.source = std::string(kStore) + place.path;
  } else {
    RETURN_IF_ERROR(FindOwner(call, place.owner, &source));
    source.source = Joined(source.source, place.path);
  }
  source.storage_location = source.source;
  return source;
}

Status ModelPlaces::FindOwner(const CallContext& call, const std::string& owner,
                              VersionSource* source) const {
  if (owner.starts_with(kLoggedModel)) {
    const auto model = sources_.FindLoggedModel(call, owner);
    if (model.ok()) {
      source->source = model->artifact_uri;
      source->run_id = model->source_run_id;
      source->logged_model_id = owner;
      return absl::OkStatus();
    }
    // A run may be called so, too.
    if (!absl::IsNotFound(model.status())) return model.status();
  }
  ASSIGN_OR_RETURN(source->source, sources_.ArtifactUriOfRun(call, owner));
  source->run_id = owner;
  return absl::OkStatus();
}

StatusOr<std::string> ModelPlaces::ModelUriOf(const CallContext& call,
                                              const v1::WorkspacePath& workspace,
                                              const std::string& location) const {
  auto place = PlaceOfLocation(location);
  if (place && !place->owner.empty()) {
    const auto source = SourceAt(call, *place);
    if (absl::IsNotFound(source.status())) return location;
    RETURN_IF_ERROR(source);
    place = PlaceOfLocation(source->source);
  }
  if (!place || !place->owner.empty()) return location;
  return DatastoreUri(workspace, place->path);
}

}  // namespace rookery::registry
