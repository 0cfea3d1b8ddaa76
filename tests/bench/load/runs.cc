#include "tests/bench/load/runs.h"

#include <rookery/tracking/v1/run_service.grpc.pb.h>

#include "tests/bench/load/connection.h"

namespace rookery::bench {

namespace v1 = tracking::v1;

std::vector<std::string> MakeRuns(const std::shared_ptr<grpc::Channel>& channel, int count) {
  const auto stub = v1::RunService::NewStub(channel);
  std::vector<std::string> ids;
  for (int i = 0; i < count; ++i) {
    grpc::ClientContext context;
    v1::CreateRunRequest request;
    v1::CreateRunResponse response;
    request.set_experiment_id("0");
    Must(stub->CreateRun(&context, request, &response), "CreateRun");
    ids.push_back(response.run().info().run_id());
  }
  return ids;
}

}  // namespace rookery::bench
