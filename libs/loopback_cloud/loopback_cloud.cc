#include "libs/loopback_cloud/loopback_cloud.h"

#include <fmt/format.h>

#include <utility>

#include "libs/http/callback.h"
#include "libs/loopback_cloud/answers.h"
#include "libs/loopback_cloud/token_request.h"

namespace rookery::loopback_cloud {
namespace {

// Clients ask for the gateway's URI with a slash at its end and without.
std::string_view WithoutSlash(std::string_view uri) {
  return uri.ends_with('/') ? uri.substr(0, uri.size() - 1) : uri;
}

Status WrongResource(std::string_view resource, const Cloud& cloud) {
  // Azure's own, for example: the client does not know the cloud that it is in.
  return absl::InvalidArgumentError(
      fmt::format("There are tokens for {} only, not for {}. Set AZUREML_CURRENT_CLOUD={} and "
                  "ARM_CLOUD_METADATA_URL.",
                  GatewayUri(cloud), resource, cloud.name));
}

}  // namespace

LoopbackCloud::LoopbackCloud(Cloud cloud, TokenSource& source, const Clock& clock)
    : cloud_(std::move(cloud)), clock_(clock), tokens_(source, clock) {
  AddDocument(kMetadataPath, MetadataDocument(cloud_));
}

void LoopbackCloud::AddDocument(const std::string& path, std::string json) {
  documents_[path] = std::move(json);
}

bool LoopbackCloud::Serves(const std::string& path) const {
  return path == kTokenPath || documents_.contains(path);
}

http::asio::awaitable<void> LoopbackCloud::Handle(http::Exchange& exchange) {
  http::Response answer = co_await Answer(exchange);
  // An error means that nobody reads the answer.
  (void)co_await exchange.response().Send(std::move(answer));
}

http::asio::awaitable<http::Response> LoopbackCloud::Answer(http::Exchange& exchange) {
  const http::RequestHead& request = exchange.request();
  const bool get = request.method == "GET";
  if (request.path == kTokenPath && (get || request.method == "POST")) {
    co_return co_await AnswerTokenRequest(exchange);
  }
  const auto document = documents_.find(request.path);
  if (document != documents_.end() && (get || request.method == "HEAD")) {
    co_return JsonAnswer(200, document->second);
  }
  co_return ErrorAnswer(absl::NotFoundError("There is nothing here for that."));
}

http::asio::awaitable<http::Response> LoopbackCloud::AnswerTokenRequest(http::Exchange& exchange) {
  const StatusOr<std::string> body = co_await exchange.body().ReadAll(kMaxTokenRequestBytes);
  if (!body.ok()) co_return ErrorAnswer(body.status());
  const StatusOr<std::string> resource = RequestedResource(exchange.request(), *body);
  if (!resource.ok()) co_return ErrorAnswer(resource.status());
  const std::string audience(WithoutSlash(*resource));
  if (audience != GatewayUri(cloud_)) co_return ErrorAnswer(WrongResource(*resource, cloud_));
  const auto token = co_await http::FromCallback<StatusOr<AccessToken>>(
      [&](const TokenSource::Done& done) { tokens_.Get(audience, done); });
  if (!token.ok()) co_return ErrorAnswer(token.status());
  co_return TokenAnswer(*token, *resource, clock_.Now());
}

}  // namespace rookery::loopback_cloud
