// A call of a client, on its way through the sidecar.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <functional>
#include <memory>
#include <string>

#include "libs/base/status.h"
#include "libs/rpc/generic_client.h"
#include "sidecar/face/ack.h"
#include "sidecar/face/cancellation.h"
#include "sidecar/forward/lane.h"
#include "sidecar/spool/spool.h"

namespace rookery::sidecar {

// `request` and `response` are lent until `done` was called, which is done once.
struct Call {
  const google::protobuf::MethodDescriptor& method;
  rpc::CallOptions options;
  const google::protobuf::Message& request;
  google::protobuf::Message* response;
  std::function<void(Status)> done;

  std::string workspace;
  Lane* lane = nullptr;
  Ack ack = Ack::kDurable;
  // Of a call that is passed on as it is; others go on without their client.
  Cancellation cancellation;

  template <typename T>
  const T& RequestAs() const {
    return dynamic_cast<const T&>(request);
  }
  template <typename T>
  T& ResponseAs() const {
    return dynamic_cast<T&>(*response);
  }
};
using CallPtr = std::shared_ptr<Call>;

}  // namespace rookery::sidecar
