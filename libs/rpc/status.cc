#include "libs/rpc/status.h"

#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>

#include <string>

namespace rookery::rpc {
namespace {

// The domain of ErrorInfo.reason: MLflow's error codes.
constexpr char kErrorDomain[] = "mlflow.org";

std::string Details(const Status& status, const std::string& error_code) {
  google::rpc::ErrorInfo info;
  info.set_domain(kErrorDomain);
  info.set_reason(error_code);
  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(std::string(status.message()));
  details.add_details()->PackFrom(info);
  return details.SerializeAsString();
}

}  // namespace

grpc::Status ToGrpc(const Status& status) {
  if (status.ok()) return grpc::Status::OK;
  // Both enumerations are google.rpc.Code.
  const auto code = static_cast<grpc::StatusCode>(status.code());
  const std::string error_code = ErrorCode(status);
  const std::string message(status.message());
  if (error_code.empty()) return {code, message};
  return {code, message, Details(status, error_code)};
}

Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  Status result(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  google::rpc::Status details;
  if (status.error_details().empty() || !details.ParseFromString(status.error_details())) {
    return result;
  }
  for (const auto& detail : details.details()) {
    google::rpc::ErrorInfo info;
    if (detail.UnpackTo(&info) && info.domain() == kErrorDomain) {
      return WithErrorCode(std::move(result), info.reason());
    }
  }
  return result;
}

}  // namespace rookery::rpc
