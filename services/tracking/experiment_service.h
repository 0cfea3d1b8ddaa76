// The transport of experiments: one line an RPC.
#pragma once

#include <rookery/tracking/v1/experiment_service.grpc.pb.h>

#include "libs/rpc/unary.h"
#include "services/tracking/domain/datasets.h"
#include "services/tracking/domain/experiment_search.h"
#include "services/tracking/domain/experiments.h"

namespace rookery::tracking {

class ExperimentService final : public v1::ExperimentService::CallbackService {
 public:
  ExperimentService(Experiments& experiments, ExperimentSearch& search, Datasets& datasets,
                    const rpc::Unary& unary)
      : experiments_(experiments), search_(search), datasets_(datasets), unary_(unary) {}

 private:
  using Reactor = grpc::ServerUnaryReactor;
  using Context = grpc::CallbackServerContext;

  Reactor* CreateExperiment(Context* context, const v1::CreateExperimentRequest* request,
                            v1::CreateExperimentResponse* response) override {
    return unary_(context, request, response, experiments_, &Experiments::Create);
  }
  Reactor* GetExperiment(Context* context, const v1::GetExperimentRequest* request,
                         v1::GetExperimentResponse* response) override {
    return unary_(context, request, response, experiments_, &Experiments::Get);
  }
  Reactor* GetExperimentByName(Context* context, const v1::GetExperimentByNameRequest* request,
                               v1::GetExperimentByNameResponse* response) override {
    return unary_(context, request, response, experiments_, &Experiments::GetByName);
  }
  Reactor* SearchExperiments(Context* context, const v1::SearchExperimentsRequest* request,
                             v1::SearchExperimentsResponse* response) override {
    return unary_(context, request, response, search_, &ExperimentSearch::Search);
  }
  Reactor* UpdateExperiment(Context* context, const v1::UpdateExperimentRequest* request,
                            v1::UpdateExperimentResponse* response) override {
    return unary_(context, request, response, experiments_, &Experiments::Update);
  }
  Reactor* DeleteExperiment(Context* context, const v1::DeleteExperimentRequest* request,
                            v1::DeleteExperimentResponse* response) override {
    return unary_(context, request, response, experiments_, &Experiments::Delete);
  }
  Reactor* RestoreExperiment(Context* context, const v1::RestoreExperimentRequest* request,
                             v1::RestoreExperimentResponse* response) override {
    return unary_(context, request, response, experiments_, &Experiments::Restore);
  }
  Reactor* SetExperimentTag(Context* context, const v1::SetExperimentTagRequest* request,
                            v1::SetExperimentTagResponse* response) override {
    return unary_(context, request, response, experiments_, &Experiments::SetTag);
  }
  Reactor* DeleteExperimentTag(Context* context, const v1::DeleteExperimentTagRequest* request,
                               v1::DeleteExperimentTagResponse* response) override {
    return unary_(context, request, response, experiments_, &Experiments::DeleteTag);
  }

  Reactor* SearchDatasets(Context* context, const v1::SearchDatasetsRequest* request,
                          v1::SearchDatasetsResponse* response) override {
    return unary_(context, request, response, datasets_, &Datasets::Search);
  }

  Experiments& experiments_;
  ExperimentSearch& search_;
  Datasets& datasets_;
  const rpc::Unary& unary_;
};

}  // namespace rookery::tracking
