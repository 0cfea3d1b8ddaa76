#include "services/gateway/azure/blob_urls.h"

#include <fmt/format.h>

#include "services/gateway/azure/links.h"

namespace rookery::gateway {
namespace {

// Stands for the name by which the client called.
constexpr std::string_view kHost = "{host}";

}  // namespace

StatusOr<BlobUrls> BlobUrls::Create(Options options) {
  std::string& base = options.base;
  while (base.ends_with('/')) base.pop_back();
  const bool is_url = base.starts_with("https://") || base.starts_with("http://");
  if (!base.empty() && (!is_url || base.find_first_of("?# ") != std::string::npos)) {
    return absl::InvalidArgumentError(fmt::format(
        "--blob-url '{}' is not a URL of the form https://host:port or https://host:port/path.",
        base));
  }
  return BlobUrls(std::move(options));
}

StatusOr<std::string> BlobUrls::BaseFor(const http::RequestHead& request) const {
  if (!options_.base.empty()) {
    std::string base = options_.base;
    const size_t host = base.find(kHost);
    if (host != base.npos) base.replace(host, kHost.size(), OwnHost(request));
    return base;
  }
  if (!options_.served_here) {
    return absl::UnavailableError(
        "This server does not know where signed URLs lead to. Start it with --blob-url.");
  }
  return fmt::format("{}://{}/store/{}.blob.{}", options_.https ? "https" : "http",
                     OwnHost(request), kAccount, kSuffix);
}

std::string BlobUrls::Join(std::string_view base, std::string_view resource,
                           std::string_view query) {
  return fmt::format("{}/{}?{}", base, resource, query);
}

}  // namespace rookery::gateway
