#include "sidecar/upstream_uri.h"

#include <fmt/format.h>

namespace rookery::sidecar {

StatusOr<UpstreamUri> ParseUpstreamUri(std::string_view text) {
  const size_t end = text.find("://");
  if (end == std::string_view::npos || end + 3 == text.size()) {
    return absl::InvalidArgumentError(
        fmt::format("The upstream '{}' is not of the form rookery://host:port.", text));
  }
  const std::string_view scheme = text.substr(0, end);
  if (scheme != "rookery" && scheme != "rookerys") {
    return absl::UnimplementedError(
        fmt::format("The upstream '{}' is reached by '{}', which this sidecar does not speak; it "
                    "forwards to rookery://host:port, or rookerys://host:port for TLS: the address "
                    "of a Rookery server's gRPC.",
                    text, scheme));
  }
  return UpstreamUri{std::string(text.substr(end + 3)), scheme == "rookerys"};
}

}  // namespace rookery::sidecar
