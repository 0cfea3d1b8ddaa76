// The registry's domain over a test database, with words short enough to read.
#pragma once

#include <absl/time/clock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/testing/status_matchers.h"
#include "libs/db/testing/test_database.h"
#include "services/registry/domain/aliases.h"
#include "services/registry/domain/model_versions.h"
#include "services/registry/domain/registered_models.h"
#include "services/registry/domain/registry_search.h"
#include "services/registry/store/schema.h"
#include "services/registry/testing/fake_model_sources.h"

namespace rookery::registry::testing {

inline CallContext InWorkspace(const std::string& workspace) {
  CallContext call;
  call.workspace = workspace;
  call.deadline = absl::Now() + absl::Seconds(60);
  return call;
}

using Tags = std::vector<std::pair<std::string, std::string>>;

template <typename Entries>
Tags AsTags(const Entries& entries) {
  Tags tags;
  for (const auto& entry : entries) tags.emplace_back(entry.key(), entry.value());
  return tags;
}

// A request with the fields that most have.
template <typename Request>
Request Named(const std::string& name) {
  Request request;
  request.set_name(name);
  return request;
}
template <typename Request>
Request Named(const std::string& name, const std::string& version) {
  auto request = Named<Request>(name);
  request.set_version(version);
  return request;
}
template <typename Request>
Request WithTags(Request request, const Tags& tags) {
  for (const auto& [key, value] : tags) {
    auto* tag = request.add_tags();
    tag->set_key(key);
    tag->set_value(value);
  }
  return request;
}

inline v1::CreateRegisteredModelRequest NewModel(const std::string& name, const Tags& tags = {}) {
  return WithTags(Named<v1::CreateRegisteredModelRequest>(name), tags);
}

inline v1::CreateModelVersionRequest NewVersion(const std::string& name,
                                                const std::string& source = "s3://bucket/model",
                                                const Tags& tags = {}) {
  auto request = WithTags(Named<v1::CreateModelVersionRequest>(name), tags);
  request.set_source(source);
  return request;
}

class RegistryTest : public ::testing::TestWithParam<rookery::testing::TestDatabaseKind> {
 protected:
  void SetUp() override {
    ROOKERY_ASSERT_OK(db::CreateOrCheck(*database_, store::RegistrySchema()));
  }

  void MakeModel(const std::string& name, const Tags& tags = {}) {
    ROOKERY_ASSERT_OK(models_.Create(call_, NewModel(name, tags)));
  }
  // The number of the new version.
  std::string MakeVersion(const std::string& name, const std::string& source = "s3://bucket/model",
                          const Tags& tags = {}) {
    const auto made = versions_.Create(call_, NewVersion(name, source, tags));
    EXPECT_THAT(made, rookery::testing::IsOk());
    return made.ok() ? made->model_version().version() : "";
  }
  Status Move(const std::string& name, const std::string& version, const std::string& stage,
              bool archive = false) {
    auto request = Named<v1::TransitionModelVersionStageRequest>(name, version);
    request.set_stage(stage);
    request.set_archive_existing_versions(archive);
    return versions_.TransitionStage(call_, request).status();
  }
  Status DeleteVersion(const std::string& name, const std::string& version) {
    return versions_.Delete(call_, Named<v1::DeleteModelVersionRequest>(name, version)).status();
  }
  Status SetAlias(const std::string& name, const std::string& alias, const std::string& version) {
    auto request = Named<v1::SetRegisteredModelAliasRequest>(name, version);
    request.set_alias(alias);
    return aliases_.Set(call_, request).status();
  }
  StatusOr<v1::ModelVersion> ByAlias(const std::string& name, const std::string& alias) {
    auto request = Named<v1::GetModelVersionByAliasRequest>(name);
    request.set_alias(alias);
    ASSIGN_OR_RETURN(auto response, aliases_.GetVersion(call_, request));
    return response.model_version();
  }
  StatusOr<v1::RegisteredModel> Model(const std::string& name) {
    ASSIGN_OR_RETURN(auto response, models_.Get(call_, Named<v1::GetRegisteredModelRequest>(name)));
    return response.registered_model();
  }
  StatusOr<v1::ModelVersion> Version(const std::string& name, const std::string& version) {
    ASSIGN_OR_RETURN(auto response,
                     versions_.Get(call_, Named<v1::GetModelVersionRequest>(name, version)));
    return response.model_version();
  }
  StatusOr<std::string> DownloadUri(const std::string& name, const std::string& version) {
    ASSIGN_OR_RETURN(auto response,
                     versions_.GetDownloadUri(
                         call_, Named<v1::GetModelVersionDownloadUriRequest>(name, version)));
    return response.artifact_uri();
  }

  rookery::testing::TestDatabase database_{GetParam()};
  FakeClock clock_;
  FakeModelSources sources_;
  RegisteredModels models_{*database_, clock_};
  Aliases aliases_{*database_};
  RegistrySearch search_{*database_};
  ModelVersions versions_{*database_, sources_, clock_};
  const CallContext call_ = InWorkspace("default");
  const CallContext other_call_ = InWorkspace("other");
};

}  // namespace rookery::registry::testing
