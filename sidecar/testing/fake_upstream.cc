#include "sidecar/testing/fake_upstream.h"

#include <rookery/tracking/v1/experiment_service.pb.h>
#include <rookery/tracking/v1/run_service.pb.h>

#include <algorithm>
#include <chrono>

#include "sidecar/testing/fake_stream.h"

namespace rookery::sidecar {
namespace {

namespace v1 = tracking::v1;

}  // namespace

rpc::Canceller FakeUpstream::Unary(const google::protobuf::MethodDescriptor& method,
                                   const rpc::CallOptions&,
                                   const google::protobuf::Message& request,
                                   google::protobuf::Message* response,
                                   std::function<void(Status)> done) {
  done(Do(method.name(), request, response));
  return rpc::Canceller();
}

std::unique_ptr<rpc::ClientStream> FakeUpstream::Stream(const google::protobuf::MethodDescriptor&,
                                                        const rpc::CallOptions&) {
  const std::lock_guard lock(mutex_);
  ++streams_;
  return std::make_unique<FakeStream>(
      [this](const google::protobuf::Message& request, v1::IngestResponse* response) {
        return Do("Ingest", request, response);
      },
      [this](size_t waiting) {
        const std::lock_guard lock(mutex_);
        most_waiting_ = std::max(most_waiting_, waiting);
      });
}

Status FakeUpstream::Do(const std::string& method, const google::protobuf::Message& request,
                        google::protobuf::Message* response) {
  const std::lock_guard lock(mutex_);
  if (fail_before_) RETURN_IF_ERROR(fail_before_(method));
  RETURN_IF_ERROR(Answer(method, request, response));
  return fail_after_ ? fail_after_(method) : absl::OkStatus();
}

Status FakeUpstream::Answer(const std::string& method, const google::protobuf::Message& request,
                            google::protobuf::Message* response) {
  if (method == "OpenProducer") {
    is_open_ = true;
    auto& opened = dynamic_cast<v1::OpenProducerResponse&>(*response);
    opened.set_epoch(++epoch_);
    opened.set_next_seq(next_seq_);
    return absl::OkStatus();
  }
  if (method == "Ingest") {
    v1::IngestRequest ingest;
    ingest.ParseFromString(request.SerializeAsString());
    return Ingest(ingest, dynamic_cast<v1::IngestResponse*>(response));
  }
  if (method == "CatchUp") {
    return CatchUp(dynamic_cast<const v1::CatchUpRequest&>(request),
                   dynamic_cast<v1::CatchUpResponse*>(response));
  }
  if (method == "CreateRun") {
    created_runs_.push_back(dynamic_cast<const v1::CreateRunRequest&>(request));
    auto& info = *dynamic_cast<v1::CreateRunResponse&>(*response).mutable_run()->mutable_info();
    info.set_run_id(created_runs_.back().run_id());
    return absl::OkStatus();
  }
  if (method == "GetRun") {
    const auto& run_id = dynamic_cast<const v1::GetRunRequest&>(request).run_id();
    if (run_id == "unknown") return absl::NotFoundError("Run with id=unknown not found");
    auto& info = *dynamic_cast<v1::GetRunResponse&>(*response).mutable_run()->mutable_info();
    info.set_run_id(run_id);
    return absl::OkStatus();
  }
  if (method == "CreateExperiment") {
    const auto& made = dynamic_cast<const v1::CreateExperimentRequest&>(request);
    if (!experiments_.try_emplace(made.name(), made.experiment_id()).second) {
      return absl::AlreadyExistsError("It exists.");
    }
    dynamic_cast<v1::CreateExperimentResponse&>(*response).set_experiment_id(made.experiment_id());
    return absl::OkStatus();
  }
  if (method == "GetExperimentByName") {
    const auto found = experiments_.find(
        dynamic_cast<const v1::GetExperimentByNameRequest&>(request).experiment_name());
    if (found == experiments_.end()) return absl::NotFoundError("There is none.");
    auto& experiment =
        *dynamic_cast<v1::GetExperimentByNameResponse&>(*response).mutable_experiment();
    experiment.set_name(found->first);
    experiment.set_experiment_id(found->second);
    return absl::OkStatus();
  }
  return absl::NotFoundError("There is nothing.");
}

Status FakeUpstream::Ingest(const v1::IngestRequest& request, v1::IngestResponse* response) {
  ++ingests_;
  if (!is_open_) return absl::NotFoundError("The producer was never opened.");
  if (request.epoch() != epoch_) {
    return WithFact(absl::FailedPreconditionError("fenced"), "epoch", std::to_string(epoch_));
  }
  int64_t expected = next_seq_;
  const bool tells_gap = request.has_gap() && request.gap().first_seq() <= expected &&
                         request.gap().last_seq() >= expected;
  if (tells_gap) expected = request.gap().last_seq() + 1;
  const std::string number = std::to_string(next_seq_);
  if (request.first_seq() > expected) {
    return WithFact(absl::OutOfRangeError("a gap"), "next_seq", number);
  }
  for (const auto& run : request.runs()) {
    if (refused_.contains(run.metrics().run_id())) {
      return WithFact(absl::InvalidArgumentError("The run is deleted."), "next_seq", number);
    }
  }
  if (tells_gap) gaps_.push_back(request.gap());
  next_seq_ = expected;
  int64_t next = request.first_seq();
  for (const auto& run : request.runs()) Store(run, &next);
  next_seq_ = std::max(next_seq_, next);
  response->set_next_seq(next_seq_);
  return absl::OkStatus();
}

void FakeUpstream::Store(const v1::RunIngest& run, int64_t* number) {
  for (const double value : run.metrics().value()) {
    if ((*number)++ >= next_seq_) stored_[run.metrics().run_id()].push_back(value);
  }
  *number += run.params_size() + run.tags_size() + (run.has_end() ? 1 : 0);
}

Status FakeUpstream::CatchUp(const v1::CatchUpRequest& request, v1::CatchUpResponse* response) {
  if (request.end_ids_size() > 0 || request.leaves()) {
    if (request.next_seq() > next_seq_) {
      return WithFact(absl::OutOfRangeError("set back"), "next_seq", std::to_string(next_seq_));
    }
    told_.push_back(
        {{request.end_ids().begin(), request.end_ids().end()}, request.leaves(), next_seq_});
    has_told_.notify_all();
  }
  for (const std::string& id : request.end_ids()) awaited_.erase(id);
  response->mutable_awaited_end_ids()->Assign(awaited_.begin(), awaited_.end());
  response->set_has_open_runs(true);
  return absl::OkStatus();
}

void FakeUpstream::AwaitEnd(const std::string& id) {
  const std::lock_guard lock(mutex_);
  awaited_.insert(id);
}

std::vector<FakeUpstream::Told> FakeUpstream::told() const {
  const std::lock_guard lock(mutex_);
  return told_;
}

std::vector<FakeUpstream::Told> FakeUpstream::WaitForTold(size_t count) {
  std::unique_lock lock(mutex_);
  has_told_.wait_for(lock, std::chrono::seconds(30), [&] { return told_.size() >= count; });
  return told_;
}

void FakeUpstream::FailBefore(std::function<Status(const std::string&)> fail) {
  const std::lock_guard lock(mutex_);
  fail_before_ = std::move(fail);
}

void FakeUpstream::FailAfter(std::function<Status(const std::string&)> fail) {
  const std::lock_guard lock(mutex_);
  fail_after_ = std::move(fail);
}

void FakeUpstream::RefuseRun(const std::string& run_id) {
  const std::lock_guard lock(mutex_);
  refused_.insert(run_id);
}

void FakeUpstream::SetBack(int64_t next_seq, int64_t epoch) {
  const std::lock_guard lock(mutex_);
  next_seq_ = next_seq;
  epoch_ = epoch;
  for (auto& [run_id, values] : stored_) {
    values.resize(std::min(values.size(), static_cast<size_t>(next_seq)));
  }
}

void FakeUpstream::OpenByAnother() {
  const std::lock_guard lock(mutex_);
  ++epoch_;
}

void FakeUpstream::HaveExperiment(const std::string& name, const std::string& id) {
  const std::lock_guard lock(mutex_);
  experiments_[name] = id;
}

std::map<std::string, std::vector<double>> FakeUpstream::stored() const {
  const std::lock_guard lock(mutex_);
  return stored_;
}

std::vector<v1::GapNotice> FakeUpstream::gaps() const {
  const std::lock_guard lock(mutex_);
  return gaps_;
}

std::vector<v1::CreateRunRequest> FakeUpstream::created_runs() const {
  const std::lock_guard lock(mutex_);
  return created_runs_;
}

int64_t FakeUpstream::next_seq() const {
  const std::lock_guard lock(mutex_);
  return next_seq_;
}

int FakeUpstream::ingests() const {
  const std::lock_guard lock(mutex_);
  return ingests_;
}

int FakeUpstream::streams() const {
  const std::lock_guard lock(mutex_);
  return streams_;
}

size_t FakeUpstream::most_waiting() const {
  const std::lock_guard lock(mutex_);
  return most_waiting_;
}

}  // namespace rookery::sidecar
