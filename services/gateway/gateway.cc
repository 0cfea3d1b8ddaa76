#include "services/gateway/gateway.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <utility>

#include "libs/base/ids.h"
#include "libs/http/coroutine.h"
#include "libs/transcode/route_table_builder.h"
#include "services/gateway/forward.h"
#include "services/gateway/reply.h"

namespace rookery::gateway {
namespace {

constexpr char kRequestIdHeader[] = "X-Request-Id";
constexpr size_t kMaxRequestIdLength = 128;

std::string RequestIdOf(const http::RequestHead& request) {
  const auto given = request.headers.Find(kRequestIdHeader);
  const bool usable = given && !given->empty() && given->size() <= kMaxRequestIdLength &&
                      rpc::IsMetadataValue(*given);
  return usable ? std::string(*given) : NewRequestId();
}

Status NoSuchRoute(const http::RequestHead& request) {
  return WithErrorCode(
      absl::NotFoundError(fmt::format("There is nothing at {} {}. See docs/compatibility.md for "
                                      "what this server answers.",
                                      request.method, request.path)),
      "ENDPOINT_NOT_FOUND");
}

}  // namespace

StatusOr<std::unique_ptr<Gateway>> Gateway::Create(Backends backends, GatewayOptions options) {
  transcode::RouteTableBuilder builder;
  for (const auto* service : backends.services()) builder.AddService(service);
  // MLflow serves its web UI's calls under a prefix of their own.
  builder.AliasPrefix("/api/", "/ajax-api/");
  ASSIGN_OR_RETURN(transcode::RouteTable routes, builder.Build());
  return std::unique_ptr<Gateway>(
      new Gateway(std::move(backends), std::move(options), std::move(routes)));
}

http::asio::awaitable<void> Gateway::Handle(http::Exchange& exchange) const {
  const std::string request_id = RequestIdOf(exchange.request());
  const Status status = co_await Route(exchange, request_id);
  if (status.ok()) co_return;
  const bool too_late = exchange.response().started();
  spdlog::log(too_late ? spdlog::level::warn : spdlog::level::debug, "request {}: {} {}: {}",
              request_id, exchange.request().method, exchange.request().path, status.ToString());
  if (too_late) co_return;  // The connection is cut, which is all that can still be said.
  // An error of this answer means that nobody reads it.
  (void)co_await SendError(exchange, status, request_id);
}

http::asio::awaitable<Status> Gateway::Route(http::Exchange& exchange,
                                             const std::string& request_id) const {
  const http::RequestHead& request = exchange.request();
  CO_RETURN_IF_ERROR(guard_.Check(request));
  if (auto own = AnswerOwnRoute(request, options_.own_routes)) {
    co_return co_await exchange.response().Send(*std::move(own));
  }
  CO_ASSIGN_OR_RETURN(const transcode::RouteMatch match,
                      routes_.Match(request.method, request.path));
  if (match.route == nullptr) {
    if (match.allowed.empty()) co_return NoSuchRoute(request);
    co_return co_await SendMethodNotAllowed(exchange, match.allowed, request_id);
  }
  const Backends::Backend& backend = backends_.For(*match.route->rpc->service());
  if (backend.client == nullptr) co_return absl::UnavailableError(backend.why_absent);
  const Forward forward{exchange, match, *backend.client, options_, request_id};
  if (match.route->client_streaming()) co_return co_await ForwardUpload(forward);
  if (match.route->server_streaming()) co_return co_await ForwardDownload(forward);
  co_return co_await ForwardUnary(forward);
}

}  // namespace rookery::gateway
