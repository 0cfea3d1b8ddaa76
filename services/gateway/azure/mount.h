// Azure ML's paths, which name their workspace.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rookery::gateway {

// Where under Azure's addresses a request came in, and what it is there:
//
//   /mlflow/v2.0<WS>/api/2.0/mlflow/runs/get   is   /api/2.0/mlflow/runs/get
//   /history/v1.0<WS>/experiments/e            is   /azureml/history/experiments/e
//   <ws>/datastores/d                          is   <WS>/datastores/d
//
// where <WS> is
// /subscriptions/{s}/resourceGroups/{g}/providers/Microsoft.MachineLearningServices/workspaces/{w}.
// So all that MLflow's clients and its web UI may ask at the root, they may ask of a workspace too;
// and a proto's routes of Azure's own calls begin with /azureml/ and name no workspace, or have
// <WS> as it stands here, whose parts their answers repeat.
struct Mount {
  enum class Family { kMlflow, kHistory, kArtifact, kModelManagement, kArm };

  Family family = Family::kArm;
  // Decoded.
  std::string subscription;
  std::string resource_group;
  std::string workspace;
  // <WS> as the client wrote it, for what is to stand in links to it: no slash at its end.
  std::string resource;
  // Family and version before `resource`, all as the client wrote it. The request's path is this
  // and what follows.
  std::string prefix;
  // The whole path, as the client wrote it: for links to it, and for what it is told of it.
  std::string asked;
  // By which its route is looked up; what followed the prefix is as it was, escapes and all. Empty:
  // nothing did, not even a slash.
  std::string path;
};

// The mount of a request's path, not decoded; nothing if it is none. Azure's clients write the
// words of the path in several cases. The version is v1.0 or v2.0, which are the same here. As for
// all routes, slashes repeated at the beginning count as one.
std::optional<Mount> FindMount(std::string_view path);

// Whether a request may have the route of this template, or this path that is looked up: those of
// Azure's own calls are served under their family's mount only, and nothing else is.
bool MayReach(const std::optional<Mount>& mount, std::string_view path);

}  // namespace rookery::gateway
