#include "libs/rpc/call_log.h"

#include <absl/time/clock.h>
#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "libs/base/identity.h"
#include "libs/base/log.h"

namespace rookery::rpc {
namespace {

// By number; both enumerations, absl's and gRPC's, are google.rpc.Code.
constexpr std::array<std::string_view, 17> kCodes = {
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
};

constexpr metrics::OperationFamilies kFamilies = {
    {"rookery_rpc_requests_total", "Calls that have ended, by their status."},
    {"rookery_rpc_duration_seconds",
     "From a call's arrival at its service, the wait for a thread included, to its end."},
    {"rookery_rpc_requests_in_flight", "Calls that have not ended."},
    "code",
    kCodes,
};

size_t Index(const Status& status) {
  const auto code = static_cast<size_t>(status.raw_code());
  return code < kCodes.size() ? code : static_cast<size_t>(absl::StatusCode::kUnknown);
}

// The server's own faults, and known callers who try what they may not. RESOURCE_EXHAUSTED is not
// among them: an overload would fill the log, and metrics count it.
bool IsForTheOperator(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDataLoss:
      return true;
    default:
      return false;
  }
}

}  // namespace

CallLog::Method::Method(metrics::Registry* registry, std::string its_service, std::string its_name)
    : service(std::move(its_service)),
      name(std::move(its_name)),
      operation(registry, kFamilies, {{"service", service}, {"method", name}}) {}

CallLog::CallLog(metrics::Registry* registry, const std::vector<std::string>& services)
    : other_(registry, "other", "other") {
  const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  for (const std::string& name : services) {
    const auto* service = pool->FindServiceByName(name);
    for (int i = 0; service != nullptr && i < service->method_count(); ++i) {
      const auto* method = service->method(i);
      methods_.emplace(method->input_type(),
                       std::make_unique<Method>(registry, service->full_name(), method->name()));
    }
  }
}

const CallLog::Method& CallLog::For(const google::protobuf::Descriptor& request) const {
  const auto found = methods_.find(&request);
  return found == methods_.end() ? other_ : *found->second;
}

CallRecord::CallRecord(const CallLog::Method& method) : method_(&method), began_(absl::Now()) {
  method.operation.Begin();
}

void CallRecord::End(const CallContext& call, const Status& status) const {
  const absl::Duration took = std::max(absl::Now() - began_, absl::ZeroDuration());
  method_->operation.End(Index(status), took);
  const auto level = IsForTheOperator(status.code()) ? spdlog::level::warn : spdlog::level::debug;
  if (!spdlog::should_log(level)) return;
  const LogScope scope(call);
  const std::string caller = call.caller ? " " + Describe(*call.caller) : "";
  const std::string message =
      status.ok() ? ""
                  : fmt::format(" message={:?}",
                                std::string_view(status.message().data(), status.message().size()));
  spdlog::log(level, "service={} method={} code={} duration_ms={:.3f} workspace={}{}{}",
              method_->service, method_->name, kCodes[Index(status)],
              absl::ToDoubleMilliseconds(took), call.workspace, caller, message);
}

}  // namespace rookery::rpc
