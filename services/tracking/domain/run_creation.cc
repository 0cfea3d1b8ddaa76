#include "services/tracking/domain/run_creation.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "services/tracking/domain/default_experiment.h"
#include "services/tracking/domain/lifecycle.h"
#include "services/tracking/domain/new_run.h"
#include "services/tracking/domain/run_info.h"
#include "services/tracking/store/experiment_store.h"
#include "services/tracking/store/request_store.h"
#include "services/tracking/store/run_store.h"

namespace rookery::tracking {
namespace {

constexpr char kCreateRun[] = "CreateRun";

Status IdIsTaken(std::string_view run_id) {
  return absl::AlreadyExistsError(fmt::format("Run with id={} already exists.", run_id));
}

}  // namespace

// A caller who waits for a run.
class RunCreation::Pending final : public db::GroupWrite {
 public:
  Pending(const CallContext& call, NewRun made, rookery::Done<v1::CreateRunResponse> done)
      : GroupWrite(call.deadline),
        workspace_(call.workspace),
        made_(std::move(made)),
        done_(std::move(done)) {}

  void Done(const Status& status) override {
    if (absl::IsAlreadyExists(status)) return done_(IdIsTaken(id()));
    if (!status.ok()) return done_(status);
    v1::CreateRunResponse response;
    *response.mutable_run() = std::move(earlier_ ? *earlier_ : made_.run);
    done_(std::move(response));
  }

  const std::string& workspace() const { return workspace_; }
  const std::string& request_id() const { return made_.request_id; }
  const std::string& id() const { return made_.run.info().run_id(); }
  const NewRun& made() const { return made_; }

  bool is_of_default() const { return made_.experiment_id == kDefaultExperimentId; }

  // In the workspace whose Default is this.
  void ChooseExperiment(int64_t default_id) {
    experiment_id_ = is_of_default() ? default_id : made_.experiment_id;
    made_.run.mutable_info()->set_experiment_id(std::to_string(experiment_id_));
  }
  int64_t experiment_id() const { return experiment_id_; }
  void LieAt(std::string artifact_uri) {
    made_.run.mutable_info()->set_artifact_uri(std::move(artifact_uri));
  }
  // Answers with what the same request made before; nothing for what is made now.
  void AnswerWith(std::optional<v1::Run> earlier) { earlier_ = std::move(earlier); }
  void AnswerLike(const Pending& other) {
    earlier_ = other.earlier_ ? *other.earlier_ : other.made_.run;
    Refuse(other.refusal());
  }

 private:
  const std::string workspace_;
  NewRun made_;
  int64_t experiment_id_ = kDefaultExperimentId;
  std::optional<v1::Run> earlier_;
  rookery::Done<v1::CreateRunResponse> done_;
};

db::GroupQueue::Options RunCreation::DefaultOptions() {
  return {.gather = absl::Milliseconds(1), .max_gather_weight = 128};
}

RunCreation::RunCreation(db::Database& database, const ArtifactLocations& locations,
                         const Clock& clock, const db::GroupQueue::Options& options)
    : locations_(locations),
      clock_(clock),
      commits_(
          database, [this](db::Transaction& txn, const Group& group) { return Write(txn, group); },
          options) {}

RunCreation::~RunCreation() = default;

void RunCreation::Create(const CallContext& call, const v1::CreateRunRequest& request,
                         Done<v1::CreateRunResponse> done) {
  auto made = CheckNewRun(request);
  if (!made.ok()) return done(made.status());
  commits_.Submit(std::make_unique<Pending>(call, *std::move(made), std::move(done)));
}

Status RunCreation::Write(db::Transaction& txn, const Group& group) const {
  std::map<std::string_view, Group> by_workspace;
  for (Pending* pending : group) by_workspace[pending->workspace()].push_back(pending);
  for (auto& [workspace, pending] : by_workspace) {
    RETURN_IF_ERROR(WriteIn(txn, workspace, std::move(pending)));
  }
  return absl::OkStatus();
}

Status RunCreation::WriteIn(db::Transaction& txn, std::string_view workspace, Group group) const {
  const Group asked = group;
  std::map<std::string_view, Pending*> first;
  for (Pending* pending : group) {
    if (!pending->request_id().empty()) first.emplace(pending->request_id(), pending);
  }
  ASSIGN_OR_RETURN(group, WithoutRepeated(txn, workspace, group));
  ASSIGN_OR_RETURN(group, WithExperiment(txn, workspace, group));
  ASSIGN_OR_RETURN(group, WithFreeId(txn, workspace, group));
  // Two transactions that want one id meet in one order.
  std::sort(group.begin(), group.end(),
            [](const Pending* a, const Pending* b) { return a->id() < b->id(); });
  std::vector<store::MadeByRequest> requests;
  std::vector<store::RunToInsert> runs;
  for (const Pending* pending : group) {
    runs.push_back({pending->experiment_id(), &pending->made().run});
    if (!pending->request_id().empty()) requests.push_back({pending->request_id(), pending->id()});
  }
  RETURN_IF_ERROR(store::RecordRequests(txn, workspace, kCreateRun, requests, clock_.NowMs()));
  RETURN_IF_ERROR(store::InsertRuns(txn, workspace, runs));
  for (Pending* pending : asked) {
    const auto found = first.find(pending->request_id());
    if (found != first.end() && found->second != pending) pending->AnswerLike(*found->second);
  }
  return absl::OkStatus();
}

StatusOr<RunCreation::Group> RunCreation::WithoutRepeated(db::Transaction& txn,
                                                          std::string_view workspace,
                                                          const Group& group) const {
  std::set<std::string> ids;
  Group fresh;
  for (Pending* pending : group) {
    pending->AnswerWith(std::nullopt);
    if (pending->request_id().empty() || ids.insert(pending->request_id()).second) {
      fresh.push_back(pending);
    }
  }
  ASSIGN_OR_RETURN(const auto known, store::FindRequests(txn, workspace, kCreateRun,
                                                         db::TextList(ids.begin(), ids.end())));
  Group left;
  for (Pending* pending : fresh) {
    const auto found = known.find(pending->request_id());
    if (found == known.end()) {
      left.push_back(pending);
      continue;
    }
    v1::Run run;
    ASSIGN_OR_RETURN(*run.mutable_info(), ReadRunInfo(txn, locations_, workspace, found->second));
    RETURN_IF_ERROR(
        store::ReadRunTags(txn, workspace, found->second, run.mutable_data()->mutable_tags()));
    run.mutable_inputs();
    pending->AnswerWith(std::move(run));
  }
  return left;
}

StatusOr<RunCreation::Group> RunCreation::WithExperiment(db::Transaction& txn,
                                                         std::string_view workspace,
                                                         const Group& group) const {
  int64_t default_id = kDefaultExperimentId;
  if (std::any_of(group.begin(), group.end(), std::mem_fn(&Pending::is_of_default))) {
    ASSIGN_OR_RETURN(default_id, FindDefaultExperiment(txn, workspace));
  }
  std::set<int64_t> ids;
  for (Pending* pending : group) {
    pending->ChooseExperiment(default_id);
    ids.insert(pending->experiment_id());
  }
  ASSIGN_OR_RETURN(const auto experiments,
                   store::LockExperiments(txn, workspace, db::IntList(ids.begin(), ids.end())));
  Group left;
  for (Pending* pending : group) {
    const int64_t id = pending->experiment_id();
    const auto found = experiments.find(id);
    const Status status =
        found == experiments.end()
            ? ExperimentNotFound(std::to_string(id))
            : MustBeActive("experiment", std::to_string(id), found->second.lifecycle_stage);
    if (!status.ok()) {
      pending->Refuse(status);
      continue;
    }
    pending->LieAt(locations_.OfRun(workspace, std::to_string(id), found->second.artifact_location,
                                    pending->id()));
    left.push_back(pending);
  }
  return left;
}

StatusOr<RunCreation::Group> RunCreation::WithFreeId(db::Transaction& txn,
                                                     std::string_view workspace,
                                                     const Group& group) {
  db::TextList chosen;
  for (const Pending* pending : group) {
    if (pending->made().has_own_id) chosen.push_back(pending->id());
  }
  if (chosen.empty()) return group;
  ASSIGN_OR_RETURN(std::set<std::string> taken, store::ExistingRuns(txn, workspace, chosen));
  Group left;
  for (Pending* pending : group) {
    if (taken.insert(pending->id()).second) {
      left.push_back(pending);
    } else {
      pending->Refuse(IdIsTaken(pending->id()));
    }
  }
  return left;
}

}  // namespace rookery::tracking
