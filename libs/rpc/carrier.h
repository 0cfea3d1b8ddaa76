// What brings a unary call to its method, and takes the answer back.
#pragma once

#include <absl/time/time.h>

#include <stop_token>
#include <string>

#include "libs/base/status.h"

namespace rookery::rpc {

// gRPC, or a caller within this process. Thread-safe.
class Carrier {
 public:
  // The value of a key in lower case, or "".
  virtual std::string Metadata(const char* key) const = 0;
  virtual absl::Time deadline() const = 0;
  // Is asked to stop when the caller has gone.
  virtual std::stop_token gone() const = 0;
  // Answers, once; with the response if `status` is OK. Then the carrier may be gone, and the
  // request and the response with it.
  virtual void Finish(const Status& status) = 0;

 protected:
  ~Carrier() = default;
};

}  // namespace rookery::rpc
