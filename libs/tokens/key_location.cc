#include "libs/tokens/key_location.h"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <string_view>

namespace rookery::tokens {
namespace {

// Entra's is 20 KiB.
constexpr size_t kMaxBytes = 1024 * 1024;

Status TooLarge() {
  return absl::InvalidArgumentError(fmt::format("a key set of more than {} bytes", kMaxBytes));
}

bool IsOnLoopback(std::string_view http_url) {
  constexpr std::array<std::string_view, 3> kHosts = {"127.0.0.1", "localhost", "[::1]"};
  std::string_view host = http_url.substr(std::string_view("http://").size());
  host = host.substr(0, host.find_first_of("/?#"));
  for (const std::string_view name : kHosts) {
    if (!host.starts_with(name)) continue;
    const std::string_view port = host.substr(name.size());
    // Digits and nothing else: "localhost:80@elsewhere" is elsewhere.
    if (port.empty() || (port.front() == ':' &&
                         port.find_first_not_of("0123456789", 1) == std::string_view::npos)) {
      return true;
    }
  }
  return false;
}

StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::UnavailableError(fmt::format("cannot open {}", path));
  std::string text(kMaxBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return absl::UnavailableError(fmt::format("cannot read {}", path));
  text.resize(static_cast<size_t>(file.gcount()));
  return text;
}

}  // namespace

Status CheckKeyLocation(const std::string& location) {
  if (location.starts_with("https://") || location.starts_with('/')) return absl::OkStatus();
  if (location.starts_with("http://") && IsOnLoopback(location)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("its keys are at '{}', which is neither an https URL, nor an http URL of this "
                  "machine, nor the absolute path of a file",
                  location));
}

StatusOr<std::string> ReadKeyLocation(const std::string& location, KeyFetcher* fetcher) {
  StatusOr<std::string> text =
      location.starts_with('/') ? ReadFile(location) : fetcher->Fetch(location);
  if (text.ok() && text->size() > kMaxBytes) return TooLarge();
  return text;
}

}  // namespace rookery::tokens
