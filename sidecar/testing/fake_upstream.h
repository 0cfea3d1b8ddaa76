// A tracking service in memory, which fails as it is told.
#pragma once

#include <rookery/tracking/v1/ingest.pb.h>
#include <rookery/tracking/v1/run.pb.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/status.h"
#include "libs/rpc/generic_client.h"

namespace rookery::sidecar {

// Keeps to the ingest protocol: what comes again is not stored again, a gap is refused.
// Thread-safe.
class FakeUpstream final : public rpc::GenericClient {
 public:
  rpc::Canceller Unary(const google::protobuf::MethodDescriptor& method,
                       const rpc::CallOptions& options, const google::protobuf::Message& request,
                       google::protobuf::Message* response,
                       std::function<void(Status)> done) override;
  // Of IngestStream, of which a request is an "Ingest" to those who are asked below.
  std::unique_ptr<rpc::ClientStream> Stream(const google::protobuf::MethodDescriptor& method,
                                            const rpc::CallOptions& options) override;

  // Asked before each call: an error is the answer, and nothing is done.
  void FailBefore(std::function<Status(const std::string& method)> fail);
  // Asked when a call was done: an error is the answer all the same.
  void FailAfter(std::function<Status(const std::string& method)> fail);
  // The run's writes are refused.
  void RefuseRun(const std::string& run_id);
  // As after a restore from a backup, if points of one run were all that was stored.
  void SetBack(int64_t next_seq, int64_t epoch);
  // As if another had opened the producer.
  void OpenByAnother();
  // There is an experiment of this name, of somebody else's.
  void HaveExperiment(const std::string& name, const std::string& id);

  // The end of a run waits for the producer until it says that it has caught up.
  void AwaitEnd(const std::string& id);
  // What the producer told by CatchUp, with the number that was expected then.
  struct Told {
    std::vector<std::string> end_ids;
    bool leaves = false;
    int64_t next_seq = 0;
  };
  std::vector<Told> told() const;
  // Waits until it has told so often.
  std::vector<Told> WaitForTold(size_t count);

  // Values in the order in which they were stored, by run.
  std::map<std::string, std::vector<double>> stored() const;
  std::vector<tracking::v1::GapNotice> gaps() const;
  std::vector<tracking::v1::CreateRunRequest> created_runs() const;
  int64_t next_seq() const;
  int ingests() const;
  int streams() const;
  // The most answers that waited on a stream to be read.
  size_t most_waiting() const;

 private:
  Status Do(const std::string& method, const google::protobuf::Message& request,
            google::protobuf::Message* response);
  Status Answer(const std::string& method, const google::protobuf::Message& request,
                google::protobuf::Message* response);
  Status Ingest(const tracking::v1::IngestRequest& request, tracking::v1::IngestResponse* response);
  void Store(const tracking::v1::RunIngest& run, int64_t* number);

  Status CatchUp(const tracking::v1::CatchUpRequest& request,
                 tracking::v1::CatchUpResponse* response);

  mutable std::mutex mutex_;
  std::condition_variable has_told_;
  std::function<Status(const std::string&)> fail_before_;
  std::function<Status(const std::string&)> fail_after_;
  std::set<std::string> refused_;
  bool is_open_ = false;
  int64_t epoch_ = 0;
  int64_t next_seq_ = 0;
  int ingests_ = 0;
  int streams_ = 0;
  size_t most_waiting_ = 0;
  std::map<std::string, std::vector<double>> stored_;
  std::set<std::string> awaited_;
  std::vector<Told> told_;
  std::vector<tracking::v1::GapNotice> gaps_;
  std::vector<tracking::v1::CreateRunRequest> created_runs_;
  std::map<std::string, std::string> experiments_;
};

}  // namespace rookery::sidecar
