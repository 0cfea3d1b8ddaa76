// The server that the sidecar forwards to.
#pragma once

#include <absl/time/time.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "libs/base/status.h"
#include "libs/rpc/generic_client.h"

namespace rookery::sidecar {

// Whether an error says that the upstream is not there, as far as one can tell: what was asked may
// have been done or not.
bool IsAway(const Status& status);

// UNAVAILABLE, for people.
Status UpstreamIsAway();

// Knows whether the upstream can be reached. Thread-safe.
class Upstream {
 public:
  // The value of the Authorization header of calls that bring none; "" for none.
  using Credentials = std::function<std::string()>;

  Upstream(std::shared_ptr<rpc::GenericClient> client, Credentials credentials);
  ~Upstream();

  // The last word from it was that it is not there. Looked into twice a second while so.
  bool away() const { return away_; }

  // As rpc::GenericClient::Unary, with credentials. That it cannot be reached is noted in away().
  rpc::Canceller Unary(const google::protobuf::MethodDescriptor& method,
                       const rpc::CallOptions& options, const google::protobuf::Message& request,
                       google::protobuf::Message* response, std::function<void(Status)> done);
  // The same for what an upstream that is well answers by the deadline: if not, it is away.
  rpc::Canceller UnaryWithin(const google::protobuf::MethodDescriptor& method,
                             const rpc::CallOptions& options,
                             const google::protobuf::Message& request,
                             google::protobuf::Message* response, std::function<void(Status)> done);
  std::unique_ptr<rpc::ClientStream> Stream(const google::protobuf::MethodDescriptor& method,
                                            const rpc::CallOptions& options);

  // UnaryWithin for a thread that may wait. DEADLINE_EXCEEDED after `timeout`.
  Status Call(const google::protobuf::MethodDescriptor& method, const std::string& workspace,
              const google::protobuf::Message& request, google::protobuf::Message* response,
              absl::Duration timeout);

  // What came of a stream's message; DEADLINE_EXCEEDED counts as away.
  void Saw(const Status& status);

 private:
  void Probe(const std::stop_token& stop);
  rpc::CallOptions WithCredentials(const rpc::CallOptions& options) const;

  const std::shared_ptr<rpc::GenericClient> client_;
  const Credentials credentials_;
  std::atomic<bool> away_ = false;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::jthread prober_;
};

// The method of this full name, which is there.
const google::protobuf::MethodDescriptor& MethodNamed(const std::string& full_name);

// Metadata that names the workspace.
rpc::MetadataList InWorkspace(const std::string& workspace);

}  // namespace rookery::sidecar
