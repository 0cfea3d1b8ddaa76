// What is noted of every call: its metrics, and one line in the log.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/time/time.h>

#include <memory>
#include <string>
#include <vector>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/metrics/operation.h"

namespace google::protobuf {
class Descriptor;
}

namespace rookery::rpc {

// The methods of a server's services. Immutable, thread-safe; outlives the calls.
class CallLog {
 public:
  struct Method {
    Method(metrics::Registry* registry, std::string service, std::string name);

    const std::string service;
    const std::string name;
    const metrics::Operation operation;
  };

  // `services` are full names (`v1::RunService::service_full_name()`), `registry` may be null.
  CallLog(metrics::Registry* registry, const std::vector<std::string>& services);

  // The method that takes `request`: in this tree each method has a request message of its own.
  // Those of services that were not named share one that is called "other".
  const Method& For(const google::protobuf::Descriptor& request) const;

 private:
  const Method other_;
  absl::flat_hash_map<const google::protobuf::Descriptor*, std::unique_ptr<const Method>> methods_;
};

// One call, from its arrival to its end.
class CallRecord {
 public:
  explicit CallRecord(const CallLog::Method& method);

  // Called once, before the answer goes out, so that who has the answer finds it counted. Failures
  // that are the server's are warnings, and so are calls of those who may not make them; others,
  // which may be many and help nobody but who debugs a client, are lines at debug level, and so is
  // what went well.
  void End(const CallContext& call, const Status& status) const;

 private:
  const CallLog::Method* method_;
  absl::Time began_;
};

}  // namespace rookery::rpc
