#include "services/tracking/domain/new_run.h"

#include <fmt/format.h>

#include <map>
#include <string_view>
#include <utility>

#include "libs/base/ids.h"
#include "services/tracking/domain/run_name.h"
#include "services/tracking/rules/validation.h"
#include "services/tracking/store/experiment_store.h"

namespace rookery::tracking {
namespace {

StatusOr<std::string> NameOf(const v1::CreateRunRequest& request) {
  const std::string tag = NameInTags(request.tags());
  if (!request.run_name().empty() && !tag.empty() && request.run_name() != tag) {
    return absl::InvalidArgumentError(fmt::format(
        "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different "
        "values (run_name='{}', mlflow.runName='{}').",
        request.run_name(), tag));
  }
  if (!request.run_name().empty()) return request.run_name();
  return tag.empty() ? NewRandomName() : tag;
}

// The run's tags as they are stored: cut, and with its name among them. Of those with one key the
// last counts.
StatusOr<store::RunTags> TagsOf(const v1::CreateRunRequest& request, const std::string& name) {
  store::RunTags tags = request.tags();
  for (int i = 0; i < tags.size(); ++i) {
    RETURN_IF_ERROR(CheckAndCutTagOfNewRun(fmt::format("tags[{}]", i), &tags[i]));
  }
  SetNameTag(name, &tags);
  std::map<std::string_view, v1::RunTag*> by_key;
  for (v1::RunTag& tag : tags) by_key[tag.key()] = &tag;
  store::RunTags kept;
  kept.Reserve(static_cast<int>(by_key.size()));
  for (const auto& [key, tag] : by_key) *kept.Add() = *tag;
  return kept;
}

}  // namespace

StatusOr<NewRun> CheckNewRun(const v1::CreateRunRequest& request) {
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  NewRun made;
  made.request_id = request.request_id();
  made.has_own_id = !request.run_id().empty();
  if (made.has_own_id) RETURN_IF_ERROR(CheckRunId(request.run_id()));
  if (!request.experiment_id().empty()) {
    ASSIGN_OR_RETURN(made.experiment_id, ParseExperimentId(request.experiment_id()));
  }
  v1::RunInfo* info = made.run.mutable_info();
  ASSIGN_OR_RETURN(*info->mutable_run_name(), NameOf(request));
  ASSIGN_OR_RETURN(*made.run.mutable_data()->mutable_tags(), TagsOf(request, info->run_name()));
  info->set_run_id(made.has_own_id ? request.run_id() : NewRunId());
  info->set_run_uuid(info->run_id());
  info->set_user_id(request.user_id());
  info->set_status(v1::RUNNING);
  info->set_start_time(request.start_time());
  info->set_lifecycle_stage(store::kActive);
  made.run.mutable_inputs();
  return made;
}

}  // namespace rookery::tracking
