// What it costs that a call is counted: alone, and as a part of a call within the process.
#include <benchmark/benchmark.h>
#include <grpcpp/grpcpp.h>
#include <rookery/tracking/v1/experiment_service.grpc.pb.h>

#include <memory>

#include "libs/rpc/server.h"
#include "libs/rpc/service.h"
#include "libs/rpc/unary.h"

namespace rookery::rpc {
namespace {

namespace v1 = tracking::v1;

struct Domain {
  StatusOr<v1::GetExperimentResponse> Get(const CallContext&, const v1::GetExperimentRequest&) {
    return v1::GetExperimentResponse();
  }
};

class BenchService final : public Service {
 public:
  explicit BenchService(const Unary& unary)
      : Service(v1::ExperimentService::service_full_name(), unary) {
    On("GetExperiment", domain_, &Domain::Get);
  }

 private:
  Domain domain_;
};

// With a registry if the argument is 1.
void Call(benchmark::State& state) {
  metrics::Registry registry;
  metrics::Registry* const used = state.range(0) == 1 ? &registry : nullptr;
  Executor executor({.threads = 1, .name = "bench", .metrics = used});
  const CallLog log(used, {v1::ExperimentService::service_full_name()});
  KnownWorkspaces workspaces([](const CallContext&) { return absl::NotFoundError("none"); });
  const Unary unary(executor, workspaces, log);
  BenchService service(unary);
  const auto server = Server::Start({}, {&service}).value();
  const auto stub = v1::ExperimentService::NewStub(server->InProcessChannel());
  v1::GetExperimentRequest request;
  request.set_experiment_id("7");
  for (auto _ : state) {
    grpc::ClientContext context;
    v1::GetExperimentResponse response;
    if (!stub->GetExperiment(&context, request, &response).ok()) state.SkipWithError("failed");
  }
}
BENCHMARK(Call)->Arg(0)->Arg(1)->UseRealTime();

void Record(benchmark::State& state) {
  metrics::Registry registry;
  const CallLog log(&registry, {v1::ExperimentService::service_full_name()});
  const CallContext call;
  for (auto _ : state) {
    const CallRecord record(log.For(*v1::GetExperimentRequest::descriptor()));
    record.End(call, absl::OkStatus());
  }
}
BENCHMARK(Record)->Threads(1)->Threads(2);

// As the executor counts each task.
void CountTask(benchmark::State& state) {
  metrics::Registry registry;
  const ExecutorMetrics metrics(&registry, "bench", 1);
  for (auto _ : state) {
    metrics.queued.Set(1);
    metrics.queued.Set(0);
    metrics.wait.Observe(absl::Microseconds(7));
    metrics.busy.Add(1);
    metrics.busy.Add(-1);
  }
}
BENCHMARK(CountTask);

}  // namespace
}  // namespace rookery::rpc
