#include "services/registry/domain/version_sources.h"

#include <absl/strings/numbers.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "services/registry/domain/lookup.h"
#include "services/registry/domain/prompts.h"
#include "services/registry/domain/stages.h"

namespace rookery::registry {
namespace {

// What MLflow's clients and its web UI write where a prompt's version must have a source.
constexpr std::array<std::string_view, 2> kPromptSources = {"dummy-source", "prompt-template"};

Status Refused(std::string_view source, std::string_view reason) {
  return absl::InvalidArgumentError(
      fmt::format("Invalid model version source: '{}'. {}", source, reason));
}

Status OwnerNotNamed(std::string_view source, std::string_view parameter) {
  return Refused(source,
                 fmt::format("The {} request parameter must identify the resource that contains "
                             "the source.",
                             parameter));
}

std::string_view OwnerParameter(const v1::CreateModelVersionRequest& request) {
  return request.model_id().empty() ? "run_id" : "model_id";
}

StatusOr<VersionSource> OfPrompt(const v1::CreateModelVersionRequest& request) {
  const std::string& source = request.source();
  if (std::find(kPromptSources.begin(), kPromptSources.end(), source) == kPromptSources.end()) {
    return absl::InvalidArgumentError(fmt::format(
        "Invalid prompt source: '{}'. A prompt has no files: its source is 'dummy-source' "
        "or 'prompt-template'.",
        source));
  }
  return VersionSource{source, source, request.run_id(), request.model_id()};
}

StatusOr<VersionSource> OfRun(const v1::CreateModelVersionRequest& request, const SourceUri& uri) {
  const std::string run_id = RunOf(uri);
  if (!request.model_id().empty() || run_id.empty() || run_id != request.run_id()) {
    return OwnerNotNamed(request.source(), OwnerParameter(request));
  }
  return VersionSource{request.source(), request.source(), run_id, ""};
}

// The number of the version that `uri` names in some way.
StatusOr<int64_t> NumberOf(db::Transaction& txn, const CallContext& call, std::string_view key,
                           const ModelUri& uri) {
  if (uri.version) return *uri.version;
  if (!uri.alias.empty()) {
    ASSIGN_OR_RETURN(const auto number, store::FindAlias(txn, call.workspace, key, uri.alias));
    if (number) return *number;
    return absl::InvalidArgumentError(
        fmt::format("Registered model alias {} not found.", uri.alias));
  }
  if (uri.stage.empty()) {
    ASSIGN_OR_RETURN(const auto newest, store::NewestVersion(txn, call.workspace, key));
    if (newest) return *newest;
    return absl::NotFoundError(fmt::format("No versions of model with name '{}' found", uri.name));
  }
  ASSIGN_OR_RETURN(const std::string_view stage, CanonicalStage(uri.stage));
  ASSIGN_OR_RETURN(const auto found, store::FindRegisteredModelByKey(txn, call.workspace, key));
  if (found) {
    for (const v1::ModelVersion& version : found->model.latest_versions()) {
      int64_t number = 0;
      if (version.current_stage() == stage && absl::SimpleAtoi(version.version(), &number)) {
        return number;
      }
    }
  }
  return absl::NotFoundError(
      fmt::format("No versions of model with name '{}' and stage '{}' found", uri.name, uri.stage));
}

}  // namespace

StatusOr<VersionSource> VersionSources::Resolve(const CallContext& call,
                                                const v1::CreateModelVersionRequest& request) {
  if (IsPrompt(request.tags())) return OfPrompt(request);
  const SourceUri uri = ParseSourceUri(request.source());
  if (IsLocal(uri)) {
    return Refused(request.source(),
                   "A version cannot point at a local path: the files must lie where the server "
                   "keeps artifacts, or in remote storage.");
  }
  if (uri.scheme == "models") {
    if (!uri.authority.empty()) {
      return Refused(request.source(),
                     "Registered model sources must use the active model registry.");
    }
    const auto model_uri = ParseModelUri(uri);
    if (!model_uri) return OwnerNotNamed(request.source(), "model_id");
    if (model_uri->name.empty()) return OfLoggedModel(call, request, model_uri->logged_model_id);
    return OfVersion(call, request, *model_uri);
  }
  // What is left of Azure's own names for things, such as `azureml:data:1`, means nothing to this
  // server, which reads nothing from there.
  if (uri.scheme != "azureml") RETURN_IF_ERROR(CheckAbsolute(request.source()));
  if (uri.scheme == "runs") return OfRun(request, uri);
  return OfLocation(call, request, uri);
}

StatusOr<VersionSource> VersionSources::OfLoggedModel(const CallContext& call,
                                                      const v1::CreateModelVersionRequest& request,
                                                      const std::string& model_id) {
  if (model_id != request.model_id()) return OwnerNotNamed(request.source(), "model_id");
  auto model = model_sources_.FindLoggedModel(call, model_id);
  if (!model.ok()) {
    return Prefixed(fmt::format("Unable to fetch model from model URI source artifact location "
                                "'{}'. Error: ",
                                request.source()),
                    model.status());
  }
  return VersionSource{request.source(), std::move(model->artifact_uri),
                       request.run_id().empty() ? model->source_run_id : request.run_id(),
                       model_id};
}

StatusOr<VersionSource> VersionSources::OfVersion(const CallContext& call,
                                                  const v1::CreateModelVersionRequest& request,
                                                  const ModelUri& uri) {
  return database_.Read(call, [&](db::Transaction& txn) -> StatusOr<VersionSource> {
    ASSIGN_OR_RETURN(const auto model, FindModel(txn, call, uri.name));
    if (IsPrompt(model.model.tags())) {
      return Refused(request.source(), "Prompt versions cannot be used as model version sources.");
    }
    ASSIGN_OR_RETURN(const int64_t number, NumberOf(txn, call, model.key, uri));
    ASSIGN_OR_RETURN(auto row, FindVersion(txn, call, uri.name, number));
    const bool other_run = request.has_run_id() && request.run_id() != row.version.run_id();
    const bool other_model =
        !request.model_id().empty() && request.model_id() != row.logged_model_id;
    if (other_run || other_model) {
      return Refused(request.source(),
                     "The run_id and model_id request parameters must match the referenced model "
                     "version.");
    }
    return VersionSource{fmt::format("models:/{}/{}", uri.name, number),
                         std::move(row.storage_location), row.version.run_id(),
                         std::move(row.logged_model_id)};
  });
}

StatusOr<VersionSource> VersionSources::OfLocation(const CallContext& call,
                                                   const v1::CreateModelVersionRequest& request,
                                                   const SourceUri& uri) {
  const std::string& source = request.source();
  const bool names_host = NamesHost(uri);
  const bool must_be_owned = names_host || (uri.scheme == "mlflow-artifacts" && !IsUpload(uri));
  const auto owner = FindOwner(call, request, must_be_owned);
  const bool found = !absl::IsNotFound(owner.status());
  if (found) RETURN_IF_ERROR(owner);
  if (must_be_owned && (!found || !IsWithin(source, owner->artifact_uri))) {
    if (!names_host) return OwnerNotNamed(source, OwnerParameter(request));
    return absl::InvalidArgumentError(
        fmt::format("'source' cannot use the '{}' scheme: it names the host to read from. It may "
                    "only point at files of the run or logged model that the request names.",
                    uri.scheme));
  }
  RETURN_IF_ERROR(owner);
  return VersionSource{source, source, owner->run_id, request.model_id()};
}

StatusOr<VersionSources::Owner> VersionSources::FindOwner(
    const CallContext& call, const v1::CreateModelVersionRequest& request, bool with_run) {
  Owner owner{"", request.run_id()};
  if (!request.model_id().empty()) {
    ASSIGN_OR_RETURN(auto model, model_sources_.FindLoggedModel(call, request.model_id()));
    owner.artifact_uri = std::move(model.artifact_uri);
    if (owner.run_id.empty()) owner.run_id = std::move(model.source_run_id);
  } else if (with_run && !request.run_id().empty()) {
    ASSIGN_OR_RETURN(owner.artifact_uri, model_sources_.ArtifactUriOfRun(call, request.run_id()));
  }
  return owner;
}

}  // namespace rookery::registry
