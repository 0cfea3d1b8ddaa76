// Where artifacts lie, and how that is written in an answer.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libs/base/status.h"

namespace rookery::tracking {

// Locations are kept canonically: by whose they are, not as URIs. An experiment whose creator named
// no location has none in the database; it is below the root that the server is started with.
//
// Ids are unique within a workspace only. What the artifact service keeps (`mlflow-artifacts:`) it
// keeps apart itself, by the workspace of the call. Elsewhere the locations of workspaces other
// than `default` lie below `workspaces/<name>/`. Immutable.
class ArtifactLocations {
 public:
  // `root` is a URI such as `mlflow-artifacts:/` or `s3://bucket/folder`.
  explicit ArtifactLocations(std::string root) : root_(std::move(root)) {}

  // Where the workspace's experiments without a location of their own lie, with a slash at the end.
  std::string Root(std::string_view workspace) const;

  // `own` is the location that the experiment's creator named, if any.
  std::string OfExperiment(std::string_view workspace, std::string_view experiment_id,
                           const std::optional<std::string>& own) const;
  std::string OfRun(std::string_view workspace, std::string_view experiment_id,
                    const std::optional<std::string>& own, std::string_view run_id) const;
  std::string OfLoggedModel(std::string_view workspace, std::string_view experiment_id,
                            const std::optional<std::string>& own, std::string_view model_id) const;

 private:
  std::string root_;
};

// Checks a location that a creator of an experiment names. INVALID_ARGUMENT: longer than 2,048
// characters, a `runs:` URI, or one with `..`, `#` or `?` in it.
Status CheckArtifactLocation(std::string_view location);

}  // namespace rookery::tracking
