#include "libs/rpc/status.h"

#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <spdlog/spdlog.h>

#include <string>

namespace rookery::rpc {
namespace {

// The domain of ErrorInfo.reason: MLflow's error codes.
constexpr char kErrorDomain[] = "mlflow.org";

// The domain of an ErrorInfo that only has metadata.
constexpr char kFactDomain[] = "rookery";

constexpr int kRetrySeconds = 1;

bool MayBeRetried(absl::StatusCode code) {
  return code == absl::StatusCode::kUnavailable || code == absl::StatusCode::kResourceExhausted;
}

// Empty if there are none.
std::string Details(const Status& status) {
  google::rpc::Status details;
  if (const std::string error_code = ErrorCode(status); !error_code.empty()) {
    google::rpc::ErrorInfo info;
    info.set_domain(kErrorDomain);
    info.set_reason(error_code);
    details.add_details()->PackFrom(info);
  }
  if (const auto facts = Facts(status); !facts.empty()) {
    google::rpc::ErrorInfo info;
    info.set_domain(kFactDomain);
    for (const auto& [name, value] : facts) (*info.mutable_metadata())[name] = value;
    details.add_details()->PackFrom(info);
  }
  if (MayBeRetried(status.code())) {
    google::rpc::RetryInfo info;
    info.mutable_retry_delay()->set_seconds(kRetrySeconds);
    details.add_details()->PackFrom(info);
  }
  if (details.details().empty()) return "";
  details.set_code(static_cast<int>(status.code()));
  details.set_message(std::string(status.message()));
  return details.SerializeAsString();
}

}  // namespace

grpc::Status ToGrpc(const Status& status) {
  if (status.ok()) return grpc::Status::OK;
  // Both enumerations are google.rpc.Code.
  const auto code = static_cast<grpc::StatusCode>(status.code());
  return {code, std::string(status.message()), Details(status)};
}

Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE && status.error_details().empty()) {
    // Not from a service, which says when to retry, but from the channel to it.
    spdlog::debug("gRPC: {}", status.error_message());
    return absl::UnavailableError(
        "A service of this server cannot be reached at the moment. Try again.");
  }
  Status result(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  google::rpc::Status details;
  if (status.error_details().empty() || !details.ParseFromString(status.error_details())) {
    return result;
  }
  for (const auto& detail : details.details()) {
    google::rpc::ErrorInfo info;
    if (!detail.UnpackTo(&info)) continue;
    if (info.domain() == kErrorDomain) {
      result = WithErrorCode(std::move(result), info.reason());
    } else if (info.domain() == kFactDomain) {
      for (const auto& [name, value] : info.metadata()) {
        result = WithFact(std::move(result), name, value);
      }
    }
  }
  return result;
}

}  // namespace rookery::rpc
