// The media type of a file, guessed from its name by MLflow's rules.
#pragma once

#include <string>
#include <string_view>

namespace rookery::artifact {

// What MLflow's web UI shows as text is text/plain, also JSON, YAML and the file MLmodel; a
// compressed file has the type of what is in it; the unknown is application/octet-stream. `name` is
// the last part of a path.
std::string_view ContentType(std::string_view name);

}  // namespace rookery::artifact
