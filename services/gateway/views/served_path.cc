#include "services/gateway/views/served_path.h"

#include <fmt/format.h>

namespace rookery::gateway {
namespace {

constexpr std::string_view kScheme = "mlflow-artifacts:";
constexpr std::string_view kRoute = "/api/2.0/mlflow-artifacts/artifacts/";

// The URI's place in the store; false if it has none.
bool PlaceOf(std::string_view uri, std::string_view* place) {
  if (uri.starts_with(kScheme)) {
    uri.remove_prefix(kScheme.size());
    if (uri.starts_with("//")) {
      const size_t path = uri.find('/', 2);
      if (path == std::string_view::npos) return false;
      uri.remove_prefix(path);
    }
    *place = uri;
    return true;
  }
  const size_t route = uri.find(kRoute);
  if (route == std::string_view::npos) return false;
  if (!uri.starts_with("http://") && !uri.starts_with("https://")) return false;
  *place = uri.substr(route + kRoute.size());
  return true;
}

}  // namespace

StatusOr<std::string> ServedPath(std::string_view root_uri, std::string_view path) {
  std::string_view place;
  if (!PlaceOf(root_uri, &place)) {
    return absl::InvalidArgumentError(
        fmt::format("The artifacts are kept at '{}', which this server does not serve. Read them "
                    "there, or with a client that can.",
                    root_uri));
  }
  while (place.starts_with('/')) place.remove_prefix(1);
  while (place.ends_with('/')) place.remove_suffix(1);
  if (place.empty() || path.empty()) return std::string(place.empty() ? path : place);
  return fmt::format("{}/{}", place, path);
}

}  // namespace rookery::gateway
