// The URIs that a model version may be made from. All functions are pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libs/base/status.h"

namespace rookery::registry {

// A URI taken apart as Python's urlparse does, which is what clients do with it.
struct SourceUri {
  // In lower case; empty if there is none.
  std::string scheme;
  // What stands between `//` and the next `/`, `?` or `#`.
  std::string authority;
  // Up to `?` or `#`.
  std::string path;
};

SourceUri ParseSourceUri(std::string_view uri);

// A path or a file: URI, which would be the server's own disk.
bool IsLocal(const SourceUri& uri);

// Whether reading the URI means to connect to the host that it names.
bool NamesHost(const SourceUri& uri);

// Below `mlflow-artifacts:/LocalUpload/`, where clients of Azure ML put what belongs to no run: one
// folder for each upload, under a name that they make up.
bool IsUpload(const SourceUri& uri);

// INVALID_ARGUMENT: with every percent-encoding undone, however often it was done, the URI has no
// absolute path, a part `.` or `..`, or a control character.
Status CheckAbsolute(const std::string& source);

// Whether `source` is `root` or lies below it.
bool IsWithin(std::string_view source, std::string_view root);

// `runs:/<run_id>/<path>` to its run id, or "".
std::string RunOf(const SourceUri& uri);

// `models:/<logged model id>`, `models:/<name>/<version | stage | latest>` or
// `models:/<name>@<alias>`. One of logged_model_id and name is set; a name alone means the newest
// version.
struct ModelUri {
  std::string logged_model_id;
  std::string name;
  std::optional<int64_t> version;
  std::string stage;
  std::string alias;
};

// Nothing if the path is of none of these forms.
std::optional<ModelUri> ParseModelUri(const SourceUri& uri);

}  // namespace rookery::registry
