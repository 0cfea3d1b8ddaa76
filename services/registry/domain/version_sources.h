// Where a new model version may point.
#pragma once

#include <rookery/registry/v1/model_version.pb.h>

#include <string>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/db/database.h"
#include "services/registry/domain/model_sources.h"
#include "services/registry/domain/source_uri.h"

namespace rookery::registry {

// A source that was checked, and what follows from it.
struct VersionSource {
  // As the creator wrote it; an alias, a stage or `latest` is replaced by the version it names.
  std::string source;
  // Where the files are.
  std::string storage_location;
  std::string run_id;
  // The logged model behind the version, or empty.
  std::string logged_model_id;
};

// Whoever reads a version downloads from where its source points, with the server's rights. So a
// version may point at a run or a logged model that the request names, at another version, at what
// was uploaded for it, or at storage that is neither the server's disk nor a host of the caller's
// choice. Thread-safe. What is passed in must outlive it.
class VersionSources {
 public:
  VersionSources(db::Database& database, ModelSources& model_sources)
      : database_(database), model_sources_(model_sources) {}

  // INVALID_ARGUMENT: the source may not be used. NOT_FOUND: the version, or the logged model, that
  // the request names is not there. Other errors are those of the tracking service.
  StatusOr<VersionSource> Resolve(const CallContext& call,
                                  const v1::CreateModelVersionRequest& request);

 private:
  StatusOr<VersionSource> OfLoggedModel(const CallContext& call,
                                        const v1::CreateModelVersionRequest& request,
                                        const std::string& model_id);
  StatusOr<VersionSource> OfVersion(const CallContext& call,
                                    const v1::CreateModelVersionRequest& request,
                                    const ModelUri& uri);
  StatusOr<VersionSource> OfLocation(const CallContext& call,
                                     const v1::CreateModelVersionRequest& request,
                                     const SourceUri& uri);
  // What the request says that the source belongs to.
  struct Owner {
    // Where its files are; empty if the request names nothing.
    std::string artifact_uri;
    std::string run_id;
  };
  // Looks the run up only `with_run`: unlike the logged model, nothing else is wanted of it.
  StatusOr<Owner> FindOwner(const CallContext& call, const v1::CreateModelVersionRequest& request,
                            bool with_run);

  db::Database& database_;
  ModelSources& model_sources_;
};

}  // namespace rookery::registry
