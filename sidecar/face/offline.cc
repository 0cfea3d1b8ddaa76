// The part of SpoolingClient that can answer while the upstream is away.
#include <absl/time/clock.h>
#include <fmt/format.h>
#include <rookery/tracking/v1/experiment_service.pb.h>
#include <rookery/tracking/v1/run_service.pb.h>

#include <algorithm>
#include <utility>

#include "libs/base/ids.h"
#include "services/tracking/rules/run_id.h"
#include "services/tracking/rules/tags.h"
#include "services/tracking/rules/validation.h"
#include "sidecar/face/aliases.h"
#include "sidecar/face/spooling_client.h"

namespace rookery::sidecar {
namespace {

namespace v1 = tracking::v1;

void SetTag(const std::string& key, const std::string& value,
            google::protobuf::RepeatedPtrField<v1::RunTag>* tags) {
  const auto found =
      std::ranges::find_if(*tags, [&](const v1::RunTag& tag) { return tag.key() == key; });
  v1::RunTag& tag = found == tags->end() ? *tags->Add() : *found;
  tag.set_key(key);
  tag.set_value(value);
}

// Fills in what the server would choose, so that it is the same whenever the request is made.
void Complete(const Clock& clock, v1::CreateRunRequest* request) {
  if (request->run_id().empty()) request->set_run_id(NewRunId());
  if (request->request_id().empty()) request->set_request_id(NewGuid());
  if (!request->has_start_time()) request->set_start_time(clock.NowMs());
  for (const v1::RunTag& tag : request->tags()) {
    if (tag.key() == tracking::kRunNameTag && request->run_name().empty())
      request->set_run_name(tag.value());
  }
  if (request->run_name().empty()) request->set_run_name(NewRandomName());
}

v1::Run RunOf(const v1::CreateRunRequest& request,
              const std::optional<KnownExperiment>& experiment) {
  v1::Run run;
  v1::RunInfo& info = *run.mutable_info();
  info.set_run_id(request.run_id());
  info.set_run_uuid(request.run_id());
  info.set_run_name(request.run_name());
  info.set_experiment_id(request.experiment_id().empty() ? "0" : request.experiment_id());
  info.set_user_id(request.user_id());
  info.set_status(v1::RUNNING);
  info.set_start_time(request.start_time());
  info.set_lifecycle_stage("active");
  const std::string at = experiment && !experiment->artifact_location().empty()
                             ? experiment->artifact_location()
                             : "mlflow-artifacts:/" + info.experiment_id();
  info.set_artifact_uri(fmt::format("{}/{}/artifacts", at, request.run_id()));
  *run.mutable_data()->mutable_tags() = request.tags();
  SetTag(tracking::kRunNameTag, request.run_name(), run.mutable_data()->mutable_tags());
  run.mutable_inputs();
  return run;
}

void ToExperiment(const KnownExperiment& known, v1::Experiment* experiment) {
  experiment->set_experiment_id(known.experiment_id());
  experiment->set_name(known.name());
  experiment->set_lifecycle_stage("active");
  experiment->set_artifact_location(known.artifact_location().empty()
                                        ? "mlflow-artifacts:/" + known.experiment_id()
                                        : known.artifact_location());
}

Status NoExperimentNamed(const std::string& name) {
  return absl::NotFoundError(fmt::format(
      "Could not find experiment with name '{}', as far as the sidecar knows: its server does not "
      "answer.",
      name));
}

}  // namespace

void SpoolingClient::Ask(const CallPtr& call, const google::protobuf::Message& request,
                         std::function<void(Status)> done) {
  if (upstream_.away()) return done(UpstreamIsAway());
  const rpc::CallOptions options{call->options.metadata,
                                 std::min(call->options.deadline, absl::Now() + patience_.verdict)};
  (void)upstream_.UnaryWithin(call->method, options, request, call->response, std::move(done));
}

void SpoolingClient::SpoolCall(const CallPtr& call, const google::protobuf::Message& request,
                               std::function<void()> next) {
  journal_.Call(call->lane->id(), call->method, request,
                [this, call, next = std::move(next)](const StatusOr<spool::Appended>& appended) {
                  if (!appended.ok()) return call->done(appended.status());
                  WillAnswer(*call, appended->position);
                  next();
                });
}

void SpoolingClient::Remember(const CallPtr& call, const v1::Run& run) {
  {
    const std::lock_guard lock(mutex_);
    runs_.Put(call->workspace + "/" + run.info().run_id(), true);
  }
  NoteRecord note;
  *note.mutable_run()->mutable_info() = run.info();
  // What a run was made with; of a run that was found, as far as it may be told from what came
  // later.
  *note.mutable_run()->mutable_tags() = run.data().tags();
  journal_.Note(call->lane->id(), note);
}

void SpoolingClient::Remember(const CallPtr& call, const std::string& name, const std::string& id,
                              const std::string& artifact_location) {
  const auto known = journal_.memory().ExperimentByName(call->lane->id(), name);
  if (known && known->experiment_id() == id && known->artifact_location() == artifact_location) {
    return;
  }
  NoteRecord note;
  note.mutable_experiment()->set_name(name);
  note.mutable_experiment()->set_experiment_id(id);
  note.mutable_experiment()->set_artifact_location(artifact_location);
  journal_.Note(call->lane->id(), note);
}

void SpoolingClient::CreateRun(const CallPtr& call) {
  auto request = std::make_shared<v1::CreateRunRequest>(call->RequestAs<v1::CreateRunRequest>());
  Complete(clock_, request.get());
  request->set_experiment_id(
      journal_.memory().UpstreamExperimentId(call->lane->id(), request->experiment_id()));
  Ask(call, *request, [this, call, request](Status status) {
    if (status.ok()) {
      Remember(call, call->ResponseAs<v1::CreateRunResponse>().run());
      return call->done(absl::OkStatus());
    }
    if (!IsAway(status)) return call->done(std::move(status));
    SpoolCall(call, *request, [this, call, request] {
      auto& response = call->ResponseAs<v1::CreateRunResponse>();
      response.Clear();
      *response.mutable_run() = RunOf(
          *request, journal_.memory().ExperimentById(call->lane->id(), request->experiment_id()));
      Remember(call, response.run());
      call->done(absl::OkStatus());
    });
  });
}

void SpoolingClient::GetRun(const CallPtr& call) {
  const auto run_id = tracking::RunIdOf(call->RequestAs<v1::GetRunRequest>());
  if (!run_id.ok()) return call->done(run_id.status());
  Settle(call, [this, call, run_id = *run_id] {
    Ask(call, call->request, [this, call, run_id](Status status) {
      if (!IsAway(status)) return call->done(std::move(status));
      const auto known = journal_.memory().Run(call->lane->id(), run_id);
      if (!known) return call->done(UpstreamIsAway());
      auto& response = call->ResponseAs<v1::GetRunResponse>();
      response.Clear();
      *response.mutable_run()->mutable_info() = known->info();
      *response.mutable_run()->mutable_data()->mutable_tags() = known->tags();
      response.mutable_run()->mutable_inputs();
      call->done(absl::OkStatus());
    });
  });
}

void SpoolingClient::CreateExperiment(const CallPtr& call) {
  auto request =
      std::make_shared<v1::CreateExperimentRequest>(call->RequestAs<v1::CreateExperimentRequest>());
  if (request->experiment_id().empty()) {
    request->set_experiment_id(std::to_string(NewExperimentId(clock_)));
  }
  if (request->request_id().empty()) request->set_request_id(NewGuid());
  Ask(call, *request, [this, call, request](Status status) {
    auto& response = call->ResponseAs<v1::CreateExperimentResponse>();
    if (status.ok()) {
      // For when the upstream goes before anybody has asked about it.
      Remember(call, request->name(), response.experiment_id(), request->artifact_location());
    }
    if (!IsAway(status)) return call->done(std::move(status));
    if (Status valid = tracking::CheckExperimentName(request->name()); !valid.ok()) {
      return call->done(std::move(valid));
    }
    const auto known = journal_.memory().ExperimentByName(call->lane->id(), request->name());
    if (known && known->experiment_id() != request->experiment_id()) {
      return call->done(absl::AlreadyExistsError(
          fmt::format("Experiment '{}' already exists.", request->name())));
    }
    response.Clear();
    response.set_experiment_id(request->experiment_id());
    SpoolCall(call, *request, [this, call, request] {
      Remember(call, request->name(), request->experiment_id(), request->artifact_location());
      call->done(absl::OkStatus());
    });
  });
}

void SpoolingClient::GetExperiment(const CallPtr& call) {
  auto renamed = WithUpstreamIds(call->request, journal_.memory(), call->lane->id());
  const google::protobuf::Message& request = renamed ? *renamed : call->request;
  Ask(call, request, [this, call, renamed](Status status) {
    auto& response = call->ResponseAs<v1::GetExperimentResponse>();
    if (status.ok()) {
      const v1::Experiment& found = response.experiment();
      Remember(call, found.name(), found.experiment_id(), found.artifact_location());
    }
    if (!IsAway(status)) return call->done(std::move(status));
    const auto known = journal_.memory().ExperimentById(
        call->lane->id(), call->RequestAs<v1::GetExperimentRequest>().experiment_id());
    if (!known) return call->done(UpstreamIsAway());
    response.Clear();
    ToExperiment(*known, response.mutable_experiment());
    call->done(absl::OkStatus());
  });
}

void SpoolingClient::GetExperimentByName(const CallPtr& call) {
  Ask(call, call->request, [this, call](Status status) {
    auto& response = call->ResponseAs<v1::GetExperimentByNameResponse>();
    if (status.ok()) {
      const v1::Experiment& found = response.experiment();
      Remember(call, found.name(), found.experiment_id(), found.artifact_location());
    }
    if (!IsAway(status)) return call->done(std::move(status));
    const std::string& name = call->RequestAs<v1::GetExperimentByNameRequest>().experiment_name();
    const auto known = journal_.memory().ExperimentByName(call->lane->id(), name);
    // Clients make the experiment then, and it is joined with one of that name later.
    if (!known) return call->done(NoExperimentNamed(name));
    response.Clear();
    ToExperiment(*known, response.mutable_experiment());
    call->done(absl::OkStatus());
  });
}

void SpoolingClient::PassOrSpool(const CallPtr& call) {
  if (!upstream_.away()) return Pass(call);
  SpoolCall(call, call->request, [call] { call->done(absl::OkStatus()); });
}

}  // namespace rookery::sidecar
