// Azure ML's assets: SDK v1 makes one of uploaded files, then a model of the asset, and later asks
// for the model's asset to find the files. An asset is what its name and its place are, so its id
// says both and nothing is stored; a version that MLflow made has one as well.
#pragma once

#include <rookery/registry/v1/managed_model.pb.h>

#include <string>
#include <string_view>

#include "libs/base/status.h"

namespace rookery::registry {

v1::ModelAsset MakeAsset(std::string_view name, std::string_view prefix);

// NOT_FOUND: the id is of none.
StatusOr<v1::ModelAsset> AssetOfId(const std::string& id);

// `aml://asset/<id>`.
std::string AssetUrl(const v1::ModelAsset& asset);
// INVALID_ARGUMENT: the URL is of none.
StatusOr<v1::ModelAsset> AssetOfUrl(const std::string& url);

}  // namespace rookery::registry
