#include "services/gateway/gateway.h"

#include <rookery/tracking/v1/metric.pb.h>

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "libs/base/ids.h"
#include "libs/base/trace.h"
#include "libs/http/callback.h"
#include "libs/http/coroutine.h"
#include "libs/transcode/route_table_builder.h"
#include "services/gateway/absent_features.h"
#include "services/gateway/azure/mounted_exchange.h"
#include "services/gateway/forward.h"
#include "services/gateway/graphql/graphql.h"
#include "services/gateway/open_paths.h"
#include "services/gateway/reply.h"
#include "services/gateway/services.h"
#include "services/gateway/views/views.h"

namespace rookery::gateway {
namespace {

// Only a service that ends cancels a call whose client is still there to be answered.
Status CutShort(const Status& status) {
  if (!absl::IsCancelled(status)) return status;
  return absl::UnavailableError(
      "The service ended before it had answered. Whether it did what was asked is not known.");
}

constexpr char kRequestIdHeader[] = "X-Request-Id";
constexpr char kTraceparentHeader[] = "traceparent";
constexpr char kAuthorizationHeader[] = "Authorization";

// The ids that the client gave, if they are fit to be passed on, or new ones; and what it shows to
// say who it is.
CallContext ContextOf(const http::RequestHead& request) {
  CallContext call;
  call.request_id = std::string(request.headers.Find(kRequestIdHeader).value_or(""));
  if (!IsUsableRequestId(call.request_id)) call.request_id = NewRequestId();
  auto traceparent = ParseTraceparent(request.headers.Find(kTraceparentHeader).value_or(""));
  call.traceparent = traceparent ? *std::move(traceparent) : NewTraceparent();
  const auto shown = request.headers.Find(kAuthorizationHeader);
  // A token is always fit to be passed on; what is not is none.
  if (shown && rpc::IsMetadataValue(*shown)) {
    call.authorization = std::make_shared<const std::string>(*shown);
  }
  return call;
}

bool Reads(const http::RequestHead& request) {
  return request.method == "GET" || request.method == "HEAD";
}

Status NoSuchRoute(const http::RequestHead& request, const std::optional<Mount>& mount) {
  return WithErrorCode(
      absl::NotFoundError(fmt::format("There is nothing at {} {}. See docs/compatibility.md for "
                                      "what this server answers.",
                                      request.method, mount ? mount->asked : request.path)),
      "ENDPOINT_NOT_FOUND");
}

}  // namespace

StatusOr<std::unique_ptr<Gateway>> Gateway::Create(Backends backends, GatewayOptions options) {
  transcode::RouteTableBuilder builder;
  for (const auto* service : backends.services()) builder.AddService(service);
  for (const auto* service : GatewayServices()) builder.AddService(service);
  // MLflow serves its web UI's calls under a prefix of their own.
  builder.AliasPrefix("/api/", "/ajax-api/");
  ASSIGN_OR_RETURN(transcode::RouteTable routes, builder.Build());
  options.own_routes.metrics = options.metrics;
  return std::unique_ptr<Gateway>(
      new Gateway(std::move(backends), std::move(options), std::move(routes)));
}

http::asio::awaitable<void> Gateway::Handle(http::Exchange& exchange) const {
  const CallContext call = ContextOf(exchange.request());
  AccessRecord record(call, exchange);
  const std::optional<Mount> mount = FindMount(exchange.request().path);
  std::optional<MountedExchange> mounted;
  if (mount) mounted.emplace(exchange, mount->path);
  http::Exchange& routed = mounted ? *mounted : exchange;
  const Status status = co_await Route(routed, mount, call, record);
  record.Ended(status);
  // If the answer has begun, the connection is cut, which is all that can still be said.
  if (status.ok() || exchange.response().started()) co_return;
  // An error of this answer means that nobody reads it.
  (void)co_await SendError(exchange, CutShort(status), call.request_id, mount);
}

http::asio::awaitable<Status> Gateway::CheckCaller(const http::RequestHead& request,
                                                   const CallContext& call) const {
  if (options_.callers == nullptr || IsOpenToAll(request)) co_return absl::OkStatus();
  auto known = options_.callers->IdentifyNow(call);
  if (!known) {
    known = co_await http::FromCallback<StatusOr<IdentityPtr>>(
        [&](std::function<void(StatusOr<IdentityPtr>)> done) {
          options_.callers->IdentifyLater(call, std::move(done));
        });
  }
  co_return known->status();
}

const StaticFile* Gateway::FindFile(const http::RequestHead& request) const {
  return options_.web_ui && Reads(request) ? options_.web_ui->Find(request.path) : nullptr;
}

http::asio::awaitable<Status> Gateway::AnswerUnrouted(http::Exchange& exchange,
                                                      const std::optional<Mount>& mount,
                                                      const transcode::RouteMatch& match,
                                                      const CallContext& call) const {
  const http::RequestHead& request = exchange.request();
  if (request.path == "/graphql") {
    const View view{exchange, mount, match, backends_, options_, call};
    co_return co_await AnswerGraphql(view);
  }
  if (auto absent = AnswerAbsentFeature(request)) {
    co_return co_await exchange.response().Send(*std::move(absent));
  }
  // What is not to be reached here takes no other method, either.
  if (match.allowed.empty() || !MayReach(mount, request.path)) {
    co_return NoSuchRoute(request, mount);
  }
  co_return co_await SendMethodNotAllowed(exchange, match.allowed, call.request_id, mount);
}

http::asio::awaitable<Status> Gateway::Route(http::Exchange& exchange,
                                             const std::optional<Mount>& mount,
                                             const CallContext& call, AccessRecord& record) const {
  const http::RequestHead& request = exchange.request();
  if (options_.blobs.Takes(request)) {
    record.Routed(log_.blobs());
    co_return co_await options_.blobs.answer(exchange, call);
  }
  if (Status status = guard_.Check(request); !status.ok()) {
    record.Routed(log_.other());
    co_return status;
  }
  if (auto own = AnswerOwnRoute(request, options_.own_routes)) {
    record.Routed(log_.ForOwn(request.path));
    CO_RETURN_IF_ERROR(co_await CheckCaller(request, call));
    co_return co_await exchange.response().Send(*std::move(own));
  }
  const auto matched = routes_.Match(request.method, request.path);
  const bool known =
      matched.ok() && matched->route != nullptr && MayReach(mount, matched->route->path_template);
  record.Routed(known ? log_.For(*matched->route) : log_.other());
  if (!known) {
    // The web UI's files are the same for everybody; its calls, which follow, are not.
    const StaticFile* file = FindFile(request);
    if (file != nullptr) co_return co_await SendStaticFile(exchange, *file);
    if (Reads(request) && mount && request.path.empty()) {
      co_return co_await SendRedirect(exchange, mount->prefix + "/");
    }
    if (Reads(request) && request.path == "/") {
      co_return co_await exchange.response().Send(PageWithoutUi());
    }
  }
  CO_RETURN_IF_ERROR(co_await CheckCaller(request, call));
  if (!matched.ok()) co_return matched.status();
  const transcode::RouteMatch& match = *matched;
  if (!known) co_return co_await AnswerUnrouted(exchange, mount, match, call);
  if (IsView(*match.route->rpc->service())) {
    const View view{exchange, mount, match, backends_, options_, call};
    co_return co_await AnswerView(view);
  }
  const Backends::Backend& backend = backends_.For(*match.route->rpc->service());
  if (backend.client == nullptr) co_return absl::UnavailableError(backend.why_absent);
  const Forward forward{exchange, mount, match, *backend.client, options_, call};
  if (match.route->client_streaming()) co_return co_await ForwardUpload(forward);
  if (match.route->server_streaming()) {
    if (match.route->raw_response()) co_return co_await ForwardDownload(forward);
    co_return co_await ForwardEvents(forward);
  }
  if (match.route->rpc->input_type() == tracking::v1::GetMetricHistoryRequest::descriptor()) {
    co_return co_await ForwardHistory(forward);
  }
  co_return co_await ForwardUnary(forward);
}

}  // namespace rookery::gateway
