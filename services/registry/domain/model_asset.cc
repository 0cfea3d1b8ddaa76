#include "services/registry/domain/model_asset.h"

#include <absl/strings/escaping.h>
#include <fmt/format.h>

namespace rookery::registry {
namespace {

constexpr std::string_view kUrl = "aml://asset/";

}  // namespace

v1::ModelAsset MakeAsset(std::string_view name, std::string_view prefix) {
  v1::ModelAsset asset;
  asset.set_name(std::string(name));
  asset.add_artifacts()->set_prefix(std::string(prefix));
  asset.set_id(absl::WebSafeBase64Escape(asset.SerializeAsString()));
  return asset;
}

StatusOr<v1::ModelAsset> AssetOfId(const std::string& id) {
  std::string bytes;
  v1::ModelAsset asset;
  if (absl::WebSafeBase64Unescape(id, &bytes) && asset.ParseFromString(bytes) &&
      asset.artifacts_size() == 1 &&
      MakeAsset(asset.name(), asset.artifacts(0).prefix()).id() == id) {
    asset.set_id(id);
    return asset;
  }
  return absl::NotFoundError(fmt::format("There is no asset with the id '{}'.", id));
}

std::string AssetUrl(const v1::ModelAsset& asset) { return std::string(kUrl) + asset.id(); }

StatusOr<v1::ModelAsset> AssetOfUrl(const std::string& url) {
  if (url.starts_with(kUrl)) {
    auto asset = AssetOfId(url.substr(kUrl.size()));
    if (asset.ok()) return asset;
  }
  return absl::InvalidArgumentError(
      fmt::format("The model's url '{}' is of no asset: make one of its files first.", url));
}

}  // namespace rookery::registry
