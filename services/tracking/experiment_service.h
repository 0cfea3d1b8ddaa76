// The transport of experiments: one line an RPC.
#pragma once

#include <rookery/tracking/v1/experiment_service.pb.h>

#include "libs/rpc/service.h"
#include "services/tracking/domain/datasets.h"
#include "services/tracking/domain/experiment_search.h"
#include "services/tracking/domain/experiments.h"

namespace rookery::tracking {

class ExperimentService final : public rpc::Service {
 public:
  static constexpr char kName[] = "rookery.tracking.v1.ExperimentService";

  ExperimentService(Experiments& experiments, ExperimentSearch& search, Datasets& datasets,
                    const rpc::Unary& unary)
      : Service(kName, unary) {
    On("CreateExperiment", experiments, &Experiments::Create);
    On("GetExperiment", experiments, &Experiments::Get);
    On("GetExperimentByName", experiments, &Experiments::GetByName);
    On("SearchExperiments", search, &ExperimentSearch::Search);
    On("UpdateExperiment", experiments, &Experiments::Update);
    On("DeleteExperiment", experiments, &Experiments::Delete);
    On("RestoreExperiment", experiments, &Experiments::Restore);
    On("SetExperimentTag", experiments, &Experiments::SetTag);
    On("DeleteExperimentTag", experiments, &Experiments::DeleteTag);
    On("SearchDatasets", datasets, &Datasets::Search);
  }
};

}  // namespace rookery::tracking
