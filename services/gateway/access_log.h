// What is noted of every HTTP request: its metrics, and one line in the log.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/time/time.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/http/exchange.h"
#include "libs/metrics/operation.h"
#include "libs/transcode/route_table.h"

namespace rookery::gateway {

// The routes that requests are counted by. Immutable, thread-safe.
class AccessLog {
 public:
  struct Route {
    Route(metrics::Registry* registry, std::string verb, std::string route);

    const std::string verb;
    const std::string route;
    const metrics::Operation operation;
  };

  // `registry` may be null. `own` are the paths that the gateway answers itself.
  AccessLog(metrics::Registry* registry, const transcode::RouteTable& routes,
            const std::vector<std::string_view>& own);

  // `route` is one of the table's.
  const Route& For(const transcode::Route& route) const { return *routes_.at(&route); }
  // `path` is one of `own`.
  const Route& ForOwn(std::string_view path) const { return *own_.find(path)->second; }
  // Of all that goes to the data plane, which counts by operation.
  const Route& blobs() const { return blobs_; }
  // Of all that is no route: what clients make up is no label.
  const Route& other() const { return other_; }

 private:
  const Route other_;
  const Route blobs_;
  absl::flat_hash_map<const transcode::Route*, std::unique_ptr<const Route>> routes_;
  std::map<std::string, std::unique_ptr<const Route>, std::less<>> own_;
};

// One request, from when its header was read to when its answer was sent.
class AccessRecord {
 public:
  // Both outlive it.
  AccessRecord(const CallContext& call, http::Exchange& exchange);
  // Notes the request.
  ~AccessRecord();
  AccessRecord(const AccessRecord&) = delete;
  AccessRecord& operator=(const AccessRecord&) = delete;

  // Each called once, in this order.
  void Routed(const AccessLog::Route& route);
  // What the request came to; the client may have been sent something else before.
  void Ended(const Status& status) { status_ = status; }

 private:
  const CallContext& call_;
  http::Exchange& exchange_;
  const absl::Time began_;
  const AccessLog::Route* route_ = nullptr;
  Status status_ = absl::UnknownError("The handler did not end well.");
};

}  // namespace rookery::gateway
