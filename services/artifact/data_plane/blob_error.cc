#include "services/artifact/data_plane/blob_error.h"

#include <algorithm>
#include <array>

#include "services/artifact/data_plane/blob_xml.h"

namespace rookery::artifact {
namespace {

struct Kind {
  std::string_view code;
  int http_status;
  absl::StatusCode status;
};

constexpr std::array kKinds = {
    Kind{"AuthenticationFailed", 403, absl::StatusCode::kUnauthenticated},
    Kind{"AuthorizationPermissionMismatch", 403, absl::StatusCode::kPermissionDenied},
    Kind{"BlobNotFound", 404, absl::StatusCode::kNotFound},
    Kind{"ConditionNotMet", 412, absl::StatusCode::kAborted},
    Kind{"InternalError", 500, absl::StatusCode::kInternal},
    Kind{"InvalidBlobOrBlock", 400, absl::StatusCode::kInvalidArgument},
    Kind{"InvalidBlockList", 400, absl::StatusCode::kFailedPrecondition},
    Kind{"InvalidHeaderValue", 400, absl::StatusCode::kInvalidArgument},
    Kind{"InvalidInput", 400, absl::StatusCode::kCancelled},
    Kind{"InvalidMetadata", 400, absl::StatusCode::kInvalidArgument},
    Kind{"InvalidQueryParameterValue", 400, absl::StatusCode::kInvalidArgument},
    Kind{"InvalidRange", 416, absl::StatusCode::kOutOfRange},
    Kind{"InvalidResourceName", 400, absl::StatusCode::kInvalidArgument},
    Kind{"InvalidUri", 400, absl::StatusCode::kInvalidArgument},
    Kind{"InvalidXmlDocument", 400, absl::StatusCode::kInvalidArgument},
    Kind{"Md5Mismatch", 400, absl::StatusCode::kInvalidArgument},
    Kind{"MetadataTooLarge", 400, absl::StatusCode::kInvalidArgument},
    Kind{"OperationTimedOut", 500, absl::StatusCode::kDeadlineExceeded},
    Kind{"RequestBodyTooLarge", 413, absl::StatusCode::kInvalidArgument},
    Kind{"ServerBusy", 503, absl::StatusCode::kUnavailable},
    Kind{"UnsupportedHttpVerb", 405, absl::StatusCode::kInvalidArgument},
};

const Kind& KindOf(std::string_view code) {
  const auto* const found = std::ranges::find(kKinds, code, &Kind::code);
  return found == kKinds.end() ? KindOf("InternalError") : *found;
}

std::string_view CodeOf(const Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnauthenticated:
      return "AuthenticationFailed";
    case absl::StatusCode::kPermissionDenied:
      return "AuthorizationPermissionMismatch";
    case absl::StatusCode::kNotFound:
      return "BlobNotFound";
    case absl::StatusCode::kInvalidArgument:
      return "InvalidResourceName";
    case absl::StatusCode::kCancelled:
      return "InvalidInput";
    case absl::StatusCode::kFailedPrecondition:
      return "InvalidBlockList";
    case absl::StatusCode::kOutOfRange:
      return "InvalidRange";
    case absl::StatusCode::kDeadlineExceeded:
      return "OperationTimedOut";
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kResourceExhausted:
      return "ServerBusy";
    default:
      return "InternalError";
  }
}

}  // namespace

Status BlobError(std::string_view code, std::string_view message) {
  return WithErrorCode(Status(KindOf(code).status, {message.data(), message.size()}), code);
}

BlobFault FaultOf(const Status& status) {
  const std::string own = ErrorCode(status);
  const Kind& kind = KindOf(own.empty() ? CodeOf(status) : std::string_view(own));
  return {kind.http_status, std::string(kind.code), std::string(status.message())};
}

http::Response ErrorAnswer(const BlobFault& fault) {
  http::Response response(fault.http_status, ErrorXml(fault.code, fault.message));
  response.headers.Add("Content-Type", "application/xml");
  response.headers.Add("x-ms-error-code", fault.code);
  return response;
}

}  // namespace rookery::artifact
