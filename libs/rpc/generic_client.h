// Calls of any method by its descriptor, for those who forward calls without knowing them.
#pragma once

#include <absl/time/time.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/base/status.h"

namespace grpc {
class Channel;
}

namespace rookery::rpc {

// Whether gRPC can carry `value` as metadata: printable ASCII. It ends the process over any other.
bool IsMetadataValue(std::string_view value);

// Keys in lower case, values as above.
using MetadataList = std::vector<std::pair<std::string, std::string>>;

struct CallOptions {
  MetadataList metadata;
  absl::Time deadline = absl::InfiniteFuture();
};

// A call in flight. Copies name the same call; dropping them does not end it. Thread-safe.
class Canceller {
 public:
  // Of a call that cannot be cancelled.
  Canceller() = default;
  explicit Canceller(std::function<void()> cancel) : cancel_(std::move(cancel)) {}
  // Whether there is something to cancel.
  explicit operator bool() const { return cancel_ != nullptr; }
  void Cancel() const {
    if (cancel_) cancel_();
  }

 private:
  std::function<void()> cancel_;
};

// One side of a streaming call. At most one Read and one Write at a time; callbacks come once each,
// on gRPC's threads. Dropping the stream before Finish cancels the call. Messages must live until
// the callback of the operation that they are given to.
class ClientStream {
 public:
  virtual ~ClientStream() = default;

  // The metadata that the server sends before its first message; empty if the call failed before
  // that.
  virtual void ReadInitialMetadata(std::function<void(MetadataList)> done) = 0;
  // False after the last message, or when the call has failed: Finish says which.
  virtual void Read(google::protobuf::Message* message, std::function<void(bool)> done) = 0;
  // False when the server takes no more: Finish says why.
  virtual void Write(const google::protobuf::Message& message, std::function<void(bool)> done) = 0;
  virtual void WritesDone() = 0;
  virtual void Cancel() = 0;
  // The outcome. Nothing may be in flight, and nothing may follow.
  virtual void Finish(std::function<void(Status)> done) = 0;
};

// Thread-safe.
class GenericClient {
 public:
  virtual ~GenericClient() = default;

  // `request` and `response` must live until `done`, which comes once, within the call or later on
  // a thread that is not the caller's.
  virtual Canceller Unary(const google::protobuf::MethodDescriptor& method,
                          const CallOptions& options, const google::protobuf::Message& request,
                          google::protobuf::Message* response,
                          std::function<void(Status)> done) = 0;

  // The same for an answer that is wanted as it came, in protobuf's binary form.
  virtual Canceller UnaryBytes(const google::protobuf::MethodDescriptor& method,
                               const CallOptions& options, const google::protobuf::Message& request,
                               std::string* response, std::function<void(Status)> done);

  virtual std::unique_ptr<ClientStream> Stream(const google::protobuf::MethodDescriptor& method,
                                               const CallOptions& options) = 0;
};

// Calls whoever is at the other end of `channel`.
std::shared_ptr<GenericClient> ClientOf(std::shared_ptr<grpc::Channel> channel);

}  // namespace rookery::rpc
