#include "services/tracking/tracking.h"

#include <spdlog/spdlog.h>

#include "services/tracking/domain/artifact_locations.h"
#include "services/tracking/domain/compactor.h"
#include "services/tracking/domain/datasets.h"
#include "services/tracking/domain/experiment_search.h"
#include "services/tracking/domain/experiments.h"
#include "services/tracking/domain/logged_model_search.h"
#include "services/tracking/domain/logged_models.h"
#include "services/tracking/domain/metric_histories.h"
#include "services/tracking/domain/run_contents.h"
#include "services/tracking/domain/run_ends.h"
#include "services/tracking/domain/run_log.h"
#include "services/tracking/domain/run_search.h"
#include "services/tracking/domain/runs.h"
#include "services/tracking/domain/workspaces.h"
#include "services/tracking/experiment_service.h"
#include "services/tracking/logged_model_service.h"
#include "services/tracking/metric_service.h"
#include "services/tracking/run_service.h"
#include "services/tracking/store/metric_points_move.h"
#include "services/tracking/store/metric_store.h"
#include "services/tracking/store/schema.h"
#include "services/tracking/workspace_service.h"

namespace rookery::tracking {

struct Tracking::Parts {
  Parts(db::Database& database, const TrackingOptions& options, const Clock& clock)
      : workspaces(database, clock),
        known_workspaces([this](const CallContext& call) { return workspaces.Find(call); }, clock,
                         options.callers),
        locations(options.artifact_root),
        experiments(database, locations, clock),
        contents(database, metrics,
                 {.max_bytes = options.run_cache_bytes, .metrics = options.executor.metrics}),
        runs(database, contents, locations, clock),
        compactor(database, clock, {.metrics = options.executor.metrics}),
        watch(database, {}),
        log_commit(database, metrics, signals, clock, options.executor.metrics),
        run_log(database, log_commit),
        ingest(database, log_commit, clock),
        run_ends(database, clock,
                 {.grace = options.run_end_grace, .metrics = options.executor.metrics}),
        reads(database),
        run_search(database, contents, locations),
        experiment_search(database, locations),
        histories(database, metrics),
        datasets(database),
        logged_models(database, metrics, locations, clock),
        logged_model_search(database, metrics, locations),
        executor(options.executor),
        log(options.executor.metrics,
            {ExperimentService::kName, RunService::kName, LoggedModelService::kName,
             MetricService::kName, WorkspaceService::kName}),
        unary(executor, known_workspaces, log),
        unary_about_all(executor, known_workspaces, log, rpc::Unary::About::kAllWorkspaces),
        experiment_service(experiments, experiment_search, datasets, unary),
        run_service(runs, run_log, run_search, histories, unary),
        logged_model_service(logged_models, logged_model_search, unary),
        metric_service(ingest, run_ends, reads,
                       {database, metrics, watch, executor, known_workspaces, log}, unary),
        workspace_service(workspaces, unary_about_all) {
    signals.Listen([this](std::string_view workspace, std::string_view run_id) {
      compactor.Notice(workspace, run_id);
      watch.Notice(workspace, run_id);
    });
  }

  Workspaces workspaces;
  rpc::KnownWorkspaces known_workspaces;
  ArtifactLocations locations;
  store::MetricStore metrics;
  Experiments experiments;
  RunContents contents;
  Runs runs;
  RunSignals signals;
  // Both hear of commits, of which the last are made when log_commit goes.
  Compactor compactor;
  MetricWatch watch;
  LogCommit log_commit;
  RunLog run_log;
  Ingest ingest;
  RunEnds run_ends;
  MetricReads reads;
  RunSearch run_search;
  ExperimentSearch experiment_search;
  MetricHistories histories;
  Datasets datasets;
  LoggedModels logged_models;
  LoggedModelSearch logged_model_search;
  rpc::Executor executor;
  rpc::CallLog log;
  rpc::Unary unary;
  rpc::Unary unary_about_all;
  ExperimentService experiment_service;
  RunService run_service;
  LoggedModelService logged_model_service;
  MetricService metric_service;
  WorkspaceService workspace_service;
};

StatusOr<std::unique_ptr<Tracking>> Tracking::Open(db::Database& database,
                                                   const TrackingOptions& options,
                                                   const Clock& clock) {
  RETURN_IF_ERROR(db::CreateOrCheck(database, store::TrackingSchema()));
  ASSIGN_OR_RETURN(const int64_t moved, store::MovePointsToSegments(database));
  if (moved > 0) spdlog::info("brought {} metric points into segments", moved);
  auto parts = std::make_unique<Parts>(database, options, clock);
  RETURN_IF_ERROR(parts->workspaces.EnsureDefault());
  return std::unique_ptr<Tracking>(new Tracking(std::move(parts)));
}

Tracking::Tracking(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Tracking::~Tracking() = default;

void Tracking::EndWatches() { parts_->watch.End(); }

std::vector<grpc::Service*> Tracking::services() {
  return {&parts_->experiment_service, &parts_->run_service, &parts_->logged_model_service,
          &parts_->metric_service, &parts_->workspace_service};
}

}  // namespace rookery::tracking
