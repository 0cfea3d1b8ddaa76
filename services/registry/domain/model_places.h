// Where models' files are, in Azure ML's words and in ours.
#pragma once

#include <rookery/registry/v1/model_resource.pb.h>

#include <optional>
#include <string>
#include <string_view>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "services/registry/domain/model_sources.h"
#include "services/registry/domain/version_sources.h"

namespace rookery::registry {

// A file or a folder.
struct ModelPlace {
  // The run or logged model whose it is; empty: `path` is the artifact service's own.
  std::string owner;
  // Below the owner's artifacts, or below the store's root.
  std::string path;

  bool operator==(const ModelPlace&) const = default;
};

// From and to SDK v1's `<origin>/<container>/<path>`. INVALID_ARGUMENT: it has fewer parts, or
// parts that no file can have.
StatusOr<ModelPlace> PlaceOfPrefix(std::string_view prefix);
std::string PrefixOf(const ModelPlace& place);

// From SDK v2's `modelUri`; see ModelVersionProperties. INVALID_ARGUMENT: it is of another form, or
// of another datastore than the workspace's own.
StatusOr<ModelPlace> PlaceOfModelUri(std::string_view uri);
std::string DatastoreUri(const v1::WorkspacePath& workspace, std::string_view path);

// Of a version's storage location; nothing if that is in a store that the artifact service is not.
std::optional<ModelPlace> PlaceOfLocation(std::string_view location);

// Thread-safe. `sources` outlives it.
class ModelPlaces {
 public:
  explicit ModelPlaces(ModelSources& sources) : sources_(sources) {}

  // What a version is made from whose files are at `place`. NOT_FOUND: there is no such run or
  // logged model.
  StatusOr<VersionSource> SourceAt(const CallContext& call, const ModelPlace& place) const;

  // The URI of the files at a version's storage location, as DatastoreUri writes it; the location
  // itself if they are in another store, or their run is gone.
  StatusOr<std::string> ModelUriOf(const CallContext& call, const v1::WorkspacePath& workspace,
                                   const std::string& location) const;

 private:
  // Whose it is, and in `source->source` where the owner's artifacts are.
  Status FindOwner(const CallContext& call, const std::string& owner, VersionSource* source) const;

  ModelSources& sources_;
};

}  // namespace rookery::registry
