#include "services/gateway/reply.h"

#include <fmt/format.h>

#include <utility>

#include "libs/transcode/error.h"
#include "services/gateway/azure/error_body.h"

namespace rookery::gateway {
namespace {

// No code of MLflow's has this HTTP status.
constexpr char kTooLarge[] = "REQUEST_TOO_LARGE";

// The id is in a header of every error, but MLflow's clients show the message alone. Where the
// server is at fault, its user should have something to name to the operator, whose log has it too.
Status WithRequestId(const Status& status, const std::string& request_id) {
  Status named(status.code(),
               fmt::format("{} [request {}]", std::string(status.message()), request_id));
  const std::string error_code = ErrorCode(status);
  return error_code.empty() ? named : WithErrorCode(std::move(named), error_code);
}

// With `http_status` if it is not 0.
http::Response ErrorResponse(const Status& status, const std::string& request_id,
                             const std::optional<Mount>& mount, int http_status = 0) {
  transcode::ErrorReply reply = transcode::ToHttp(status);
  if (reply.http_status >= 500) reply = transcode::ToHttp(WithRequestId(status, request_id));
  if (ErrorCode(status) == kTooLarge) http_status = 413;
  if (http_status != 0) reply.http_status = http_status;
  http::Response response(reply.http_status);
  response.headers = SafetyHeaders();
  response.headers.Add("Content-Type", "application/json");
  response.headers.Add("X-Request-Id", request_id);
  if (response.status == 401) response.headers.Add("WWW-Authenticate", "Bearer");
  if (reply.retry_after_seconds > 0) {
    response.headers.Add("Retry-After", std::to_string(reply.retry_after_seconds));
  }
  response.body = mount ? AzureErrorBody(reply, request_id) : std::move(reply.body);
  return response;
}

}  // namespace

http::Headers SafetyHeaders() {
  return {{"X-Content-Type-Options", "nosniff"}, {"X-Frame-Options", "SAMEORIGIN"}};
}

http::asio::awaitable<Status> SendJson(http::Exchange& exchange, std::string json) {
  http::Response response;
  response.headers = SafetyHeaders();
  response.headers.Add("Content-Type", "application/json");
  response.body = std::move(json);
  co_return co_await exchange.response().Send(std::move(response));
}

http::asio::awaitable<Status> SendError(http::Exchange& exchange, const Status& status,
                                        const std::string& request_id,
                                        const std::optional<Mount>& mount) {
  co_return co_await exchange.response().Send(ErrorResponse(status, request_id, mount));
}

http::asio::awaitable<Status> SendMethodNotAllowed(http::Exchange& exchange,
                                                   const std::string& allowed,
                                                   const std::string& request_id,
                                                   const std::optional<Mount>& mount) {
  const http::RequestHead& request = exchange.request();
  http::Response response = ErrorResponse(
      WithErrorCode(absl::InvalidArgumentError(fmt::format("{} does not take {}. It takes {}.",
                                                           mount ? mount->asked : request.path,
                                                           request.method, allowed)),
                    "BAD_REQUEST"),
      request_id, mount, 405);
  response.headers.Add("Allow", allowed);
  co_return co_await exchange.response().Send(std::move(response));
}

http::asio::awaitable<Status> SendRangeNotSatisfiable(http::Exchange& exchange,
                                                      const Status& status,
                                                      std::string content_range,
                                                      const std::string& request_id,
                                                      const std::optional<Mount>& mount) {
  http::Response response = ErrorResponse(status, request_id, mount, kRangeNotSatisfiable);
  if (!content_range.empty()) response.headers.Add("Content-Range", std::move(content_range));
  co_return co_await exchange.response().Send(std::move(response));
}

http::asio::awaitable<Status> SendRedirect(http::Exchange& exchange, std::string path) {
  http::Response response(308);
  response.headers = SafetyHeaders();
  response.headers.Add("Location", std::move(path));
  co_return co_await exchange.response().Send(std::move(response));
}

Status BodyTooLarge(uint64_t limit_bytes) {
  return WithErrorCode(
      absl::InvalidArgumentError(fmt::format(
          "The request's body is longer than the {} MiB that this server reads. Send less in one "
          "request.",
          limit_bytes >> 20)),
      kTooLarge);
}

}  // namespace rookery::gateway
