#include "services/gateway/access_log.h"

#include <absl/time/clock.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "libs/base/log.h"

namespace rookery::gateway {
namespace {

// A response that broke off has a status that says nothing of it.
constexpr std::string_view kBroken = "broken";
constexpr std::string_view kOther = "other";
constexpr std::string_view kBlobs = "signed URL";
constexpr std::array<std::string_view, 26> kStatuses = {
    "200", "201", "204", "206", "301", "302", "304", "308", "400", "401", "403", "404",   "405",
    "409", "412", "413", "416", "422", "429", "499", "500", "501", "503", "504", kBroken, kOther,
};

constexpr metrics::OperationFamilies kFamilies = {
    {"rookery_http_requests_total",
     "Requests that were answered, by the route's template; broken: the answer broke off."},
    {"rookery_http_request_duration_seconds",
     "From a request's header to the end of its answer; both bodies' transfers are in it."},
    {"rookery_http_requests_in_flight", "Requests that have not been answered."},
    "status",
    kStatuses,
};

size_t Index(std::string_view status) {
  const auto* const found = std::find(kStatuses.begin(), kStatuses.end(), status);
  return found == kStatuses.end() ? kStatuses.size() - 1 : found - kStatuses.begin();
}

}  // namespace

AccessLog::Route::Route(metrics::Registry* registry, std::string its_verb, std::string its_route)
    : verb(std::move(its_verb)),
      route(std::move(its_route)),
      operation(registry, kFamilies, {{"verb", verb}, {"route", route}}) {}

AccessLog::AccessLog(metrics::Registry* registry, const transcode::RouteTable& routes,
                     const std::vector<std::string_view>& own)
    : other_(registry, std::string(kOther), std::string(kOther)),
      blobs_(registry, std::string(kOther), std::string(kBlobs)) {
  for (const auto& route : routes.routes()) {
    routes_.emplace(route.get(),
                    std::make_unique<Route>(registry, route->verb, route->path_template));
  }
  for (const std::string_view path : own) {
    own_.emplace(path, std::make_unique<Route>(registry, "GET", std::string(path)));
  }
}

AccessRecord::AccessRecord(const CallContext& call, http::Exchange& exchange)
    : call_(call), exchange_(exchange), began_(absl::Now()) {}

AccessRecord::~AccessRecord() {
  if (route_ == nullptr) return;
  const absl::Duration took = std::max(absl::Now() - began_, absl::ZeroDuration());
  const http::ResponseWriter& response = exchange_.response();
  const bool broken = response.started() && !response.finished();
  const std::string status = broken ? std::string(kBroken) : std::to_string(response.status());
  route_->operation.End(Index(status), took);
  // A client that goes away is nobody's fault here.
  const bool failed = (broken || response.status() >= 500) && !absl::IsCancelled(status_);
  const auto level = failed ? spdlog::level::warn : spdlog::level::debug;
  if (!spdlog::should_log(level)) return;
  const LogScope scope(call_);
  const std::string error =
      status_.ok() ? "" : fmt::format(" error={:?}", std::string_view(status_.ToString()));
  spdlog::log(level, "verb={} route={} path={:?} status={} duration_ms={:.3f}{}", route_->verb,
              route_->route, std::string_view(exchange_.request().path), status,
              absl::ToDoubleMilliseconds(took), error);
}

void AccessRecord::Routed(const AccessLog::Route& route) {
  route_ = &route;
  route.operation.Begin();
}

}  // namespace rookery::gateway
