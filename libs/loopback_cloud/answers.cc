#include "libs/loopback_cloud/answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/checks/text.h"

namespace rookery::loopback_cloud {
namespace {

struct Kind {
  int status;
  std::string_view name;
};

Kind KindOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kResourceExhausted:
      return {400, "invalid_request"};
    case absl::StatusCode::kNotFound:
      return {404, "not_found"};
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      // Clients try again.
      return {503, "temporarily_unavailable"};
    default:
      return {500, "server_error"};
  }
}

}  // namespace

http::Response JsonAnswer(int status, std::string json) {
  http::Response response(status, std::move(json));
  response.headers.Add("Content-Type", "application/json");
  // Documents hold no secrets, but tokens are made with the same words.
  response.headers.Add("Cache-Control", "no-store");
  return response;
}

http::Response TokenAnswer(const AccessToken& token, std::string_view resource, absl::Time now) {
  const int64_t left = std::max<int64_t>(0, absl::ToInt64Seconds(token.expires_at - now));
  // Numbers are texts here, and `resource` is never null: azure-identity insists.
  return JsonAnswer(
      200, fmt::format(R"({{"access_token":{},"expires_on":"{}","expires_in":"{}","resource":{},)"
                       R"("token_type":"Bearer"}})",
                       QuotedJson(token.token), absl::ToUnixSeconds(token.expires_at), left,
                       QuotedJson(resource)));
}

http::Response ErrorAnswer(const Status& error) {
  const Kind kind = KindOf(error.code());
  return JsonAnswer(kind.status, fmt::format(R"({{"error":"{}","error_description":{}}})",
                                             kind.name, QuotedJson(std::string(error.message()))));
}

}  // namespace rookery::loopback_cloud
