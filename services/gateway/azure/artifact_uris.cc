#include "services/gateway/azure/artifact_uris.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "libs/transcode/percent.h"
#include "services/gateway/azure/uri_fields.h"

namespace rookery::gateway {
namespace {

constexpr std::string_view kScheme = "mlflow-artifacts:/";
constexpr std::string_view kAzureScheme = "azureml://";
constexpr std::string_view kUploads = "LocalUpload/";
constexpr std::string_view kAzureUploads = "azureml://artifacts/LocalUpload/";
constexpr std::string_view kModels = "/models";
constexpr std::string_view kPlugin = "azureml-mlflow/";

// `m-` and 32 hex digits, as services and clients make them.
bool IsModelId(std::string_view id) {
  return id.size() == 34 && id.starts_with("m-") &&
         id.find_first_not_of("0123456789abcdef", 2) == std::string_view::npos;
}

// A place in the store, taken apart.
struct Place {
  // What the run or model lies below. The id of an experiment, or of several parts if its creator
  // named a location.
  std::string_view experiment;
  std::string_view owner;
  // From `/artifacts` on.
  std::string_view rest;
};

std::optional<Place> PlaceOf(std::string_view path) {
  constexpr std::string_view kArtifacts = "/artifacts";
  size_t owner = path.find('/');
  while (owner != std::string_view::npos && owner > 0) {
    const size_t end = path.find('/', owner + 1);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view rest = path.substr(end);
    if (rest == kArtifacts || rest.starts_with("/artifacts/")) {
      return Place{path.substr(0, owner), path.substr(owner + 1, end - owner - 1), rest};
    }
    owner = end;
  }
  return std::nullopt;
}

// As one segment of a URI's path, which neither a query nor a fragment cuts short.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '/' || c == '%' || c == '#' || c == '?') {
      escaped += fmt::format("%{:02X}", c);
    } else {
      escaped += c;
    }
  }
  return escaped;
}

// `/experiments/{e}/runs/{r}/artifacts...`, what stands after the workspace of such a URI.
std::optional<Place> AzurePlaceOf(std::string_view path) {
  constexpr std::string_view kExperiments = "/experiments/";
  constexpr std::string_view kRuns = "/runs/";
  if (!path.starts_with(kExperiments)) return std::nullopt;
  path.remove_prefix(kExperiments.size());
  const std::string_view experiment = path.substr(0, path.find('/'));
  path.remove_prefix(experiment.size());
  if (!path.starts_with(kRuns)) return std::nullopt;
  path.remove_prefix(kRuns.size());
  const std::string_view owner = path.substr(0, path.find('/'));
  path.remove_prefix(owner.size());
  if (experiment.empty() || owner.empty()) return std::nullopt;
  if (path != "/artifacts" && !path.starts_with("/artifacts/")) return std::nullopt;
  return Place{experiment, owner, path};
}

bool IsPlugin(const http::RequestHead& request) {
  const std::string_view agent = request.headers.Find("User-Agent").value_or("");
  return agent.find(kPlugin) != std::string_view::npos;
}

}  // namespace

std::string ToAzureUri(std::string_view uri, std::string_view host, const Mount& mount) {
  std::string same(uri);
  if (!uri.starts_with(kScheme)) return same;
  uri.remove_prefix(kScheme.size());
  if (uri.starts_with(kUploads)) {
    return fmt::format("{}{}", kAzureUploads, uri.substr(kUploads.size()));
  }
  auto place = PlaceOf(uri);
  if (!place) return same;
  if (IsModelId(place->owner)) {
    // A run of such an id could not be told from a model when it comes back.
    if (!place->experiment.ends_with(kModels)) return same;
    place->experiment.remove_suffix(kModels.size());
  }
  return fmt::format("azureml://{}/mlflow/v2.0{}/experiments/{}/runs/{}{}", host, mount.resource,
                     Escaped(place->experiment), place->owner, place->rest);
}

std::string FromAzureUri(std::string_view uri, std::string_view workspace) {
  std::string same(uri);
  if (uri.starts_with(kAzureUploads)) {
    return fmt::format("{}{}{}", kScheme, kUploads, uri.substr(kAzureUploads.size()));
  }
  if (!uri.starts_with(kAzureScheme)) return same;
  const size_t path = uri.find('/', kAzureScheme.size());
  if (path == std::string_view::npos) return same;
  const auto mount = FindMount(uri.substr(path));
  if (!mount || mount->family != Mount::Family::kMlflow || mount->workspace != workspace) {
    return same;
  }
  const auto place = AzurePlaceOf(mount->path);
  if (!place) return same;
  const auto experiment = transcode::PercentDecode(place->experiment, transcode::Plus::kPlus);
  if (!experiment.ok()) return same;
  return fmt::format("{}{}{}/{}{}", kScheme, *experiment, IsModelId(place->owner) ? kModels : "",
                     place->owner, place->rest);
}

void WriteArtifactUris(const http::RequestHead& request, const std::optional<Mount>& mount,
                       google::protobuf::Message* message) {
  const std::string_view host = request.headers.Find("Host").value_or("");
  if (!mount || host.empty() || !IsPlugin(request)) return;
  UriFields::OfServices().Rewrite(
      message, [&](const std::string& uri) { return ToAzureUri(uri, host, *mount); });
}

void ReadArtifactUris(std::string_view workspace, google::protobuf::Message* message) {
  UriFields::OfServices().Rewrite(
      message, [&](const std::string& uri) { return FromAzureUri(uri, workspace); });
}

}  // namespace rookery::gateway
