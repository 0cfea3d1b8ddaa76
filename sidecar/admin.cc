#include "sidecar/admin.h"

#include <absl/time/clock.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/base/host_port.h"
#include "libs/base/steady.h"
#include "libs/http/callback.h"

namespace rookery::sidecar {
namespace {

constexpr absl::Duration kSilence = absl::Seconds(60);
constexpr absl::Duration kFlush = absl::Seconds(20);
constexpr std::string_view kTimeout = "timeout=";

// The one parameter that /flush has, in Go's and Abseil's notation: 20s, 1m30s.
StatusOr<absl::Duration> TimeoutOf(std::string_view query) {
  if (query.empty()) return kFlush;
  absl::Duration timeout;
  if (!query.starts_with(kTimeout) ||
      !absl::ParseDuration(std::string(query.substr(kTimeout.size())), &timeout) ||
      timeout < absl::ZeroDuration()) {
    return absl::InvalidArgumentError("/flush takes timeout=20s, or another duration\n");
  }
  return std::min(timeout, absl::Hours(1));
}

http::Response Told(const Status& status, int otherwise) {
  if (status.ok()) return http::Response(200, "OK\n");
  return http::Response(otherwise, std::string(status.message()) + "\n");
}

}  // namespace

StatusOr<std::unique_ptr<Admin>> Admin::Listen(const std::string& address, Journal& journal,
                                               Forwarder& forwarder,
                                               const metrics::Registry& metrics) {
  ASSIGN_OR_RETURN(const HostPort parsed, ParseHostPort(address));
  std::unique_ptr<Admin> admin(new Admin(journal, forwarder, metrics));
  admin->host_ = parsed.host;
  http::ServerOptions options;
  options.host = parsed.host;
  options.port = parsed.port;
  options.threads = 1;
  options.max_connections = 100;
  ASSIGN_OR_RETURN(admin->server_,
                   http::Server::Listen(options, [self = admin.get()](http::Exchange& exchange) {
                     return self->Handle(exchange);
                   }));
  return admin;
}

std::string Admin::url() const { return "http://" + JoinHostPort(host_, server_->port()); }

http::asio::awaitable<void> Admin::Handle(http::Exchange& exchange) const {
  const http::RequestHead& request = exchange.request();
  // An error means that nobody reads the answer.
  if (request.path == "/flush") {
    (void)co_await exchange.response().Send(co_await Flush(request));
  } else {
    (void)co_await exchange.response().Send(Answer(request));
  }
}

http::asio::awaitable<http::Response> Admin::Flush(const http::RequestHead& request) const {
  const auto timeout = TimeoutOf(request.query);
  if (!timeout.ok()) co_return http::Response(400, std::string(timeout.status().message()));
  const Status status = co_await http::FromCallback<Status>(
      [&](const std::function<void(Status)>& done) { forwarder_.Flush(*timeout, done); });
  co_return Told(status, 504);
}

http::Response Admin::Answer(const http::RequestHead& request) const {
  if (request.method != "GET" && request.method != "HEAD") return http::Response(405, "only GET\n");
  if (request.path == "/livez") return Told(Alive(), 503);
  if (request.path == "/readyz") return Told(Ready(), 503);
  if (request.path == "/startupz") return Told(absl::OkStatus(), 503);
  if (request.path == "/metrics") {
    http::Response response(200, metrics_.Text());
    response.headers.Add("Content-Type", metrics::kTextContentType);
    return response;
  }
  if (request.path == "/drain") {
    http::Response response(200, Backlog());
    response.headers.Add("Content-Type", "application/json");
    return response;
  }
  return http::Response(
      404, "there are /livez, /readyz, /startupz, /metrics, /drain and /flush?timeout=20s\n");
}

Status Admin::Alive() const {
  if (Since(journal_.spool().heartbeat()) > kSilence) {
    return absl::UnavailableError("the thread that writes the spool does not answer");
  }
  if (Since(forwarder_.heartbeat()) > kSilence) {
    return absl::UnavailableError("a thread that forwards does not answer");
  }
  return absl::OkStatus();
}

Status Admin::Ready() const {
  RETURN_IF_ERROR(journal_.spool().Writable());
  return forwarder_.health();
}

std::string Admin::Backlog() const {
  const spool::Usage usage = journal_.spool().usage();
  const absl::Time oldest = forwarder_.oldest();
  const double age =
      oldest == absl::InfiniteFuture() ? 0 : absl::ToDoubleSeconds(absl::Now() - oldest);
  return fmt::format(R"({{"bytes": {}, "capacity_bytes": {}, "oldest_age_seconds": {:.3f}}})",
                     usage.bytes, usage.capacity_bytes, std::max(age, 0.0));
}

}  // namespace rookery::sidecar
