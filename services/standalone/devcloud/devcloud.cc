#include "services/standalone/devcloud/devcloud.h"

#include <fmt/format.h>

#include <utility>

#include "libs/base/version.h"
#include "libs/checks/text.h"
#include "services/standalone/devcloud/place.h"

namespace rookery::devcloud {
namespace {

constexpr char kDiscoveryPath[] = "/.well-known/openid-configuration";
constexpr char kKeysPath[] = "/keys";

std::string Discovery(const std::string& issuer) {
  return fmt::format(R"({{"issuer":{},"jwks_uri":{},)"
                     R"("id_token_signing_alg_values_supported":["RS256"],)"
                     R"("response_types_supported":["token"],)"
                     R"("subject_types_supported":["public"]}})",
                     QuotedJson(issuer), QuotedJson(issuer + kKeysPath));
}

}  // namespace

StatusOr<std::unique_ptr<Devcloud>> Devcloud::Start(const Options& options, const Clock& clock) {
  ASSIGN_OR_RETURN(loopback_cloud::Cloud description, CloudOf(options));
  ASSIGN_OR_RETURN(const auto names, ServerNames(description));
  ASSIGN_OR_RETURN(State state, OpenState(options.state_dir, names));
  std::unique_ptr<Devcloud> devcloud(new Devcloud(std::move(description), std::move(state)));
  RETURN_IF_ERROR(devcloud->Listen(options.port));
  devcloud->Serve(options, clock);
  return devcloud;
}

Status Devcloud::Listen(int port) {
  http::ServerOptions options;
  // Nothing else, and no flag for it: whoever reaches this gets a token.
  options.host = "127.0.0.1";
  options.port = static_cast<uint16_t>(port);
  ASSIGN_OR_RETURN(server_, http::Server::Listen(options, [this](http::Exchange& exchange) {
                     return Handle(exchange);
                   }));
  return absl::OkStatus();
}

void Devcloud::Serve(const Options& options, const Clock& clock) {
  tokens_ = std::make_unique<DevTokens>(state_.signing_key, url(),
                                        Bearer{options.tenant, options.app, options.object}, clock);
  cloud_ = std::make_unique<loopback_cloud::LoopbackCloud>(description_, *tokens_, clock);
  cloud_->AddDocument(kDiscoveryPath, Discovery(url()));
  cloud_->AddDocument(kKeysPath, tokens::JsonWebKeySet({state_.signing_key.JsonWebKey()}));
  serves_.store(true, std::memory_order_release);
}

http::asio::awaitable<void> Devcloud::Handle(http::Exchange& exchange) {
  if (serves_.load(std::memory_order_acquire)) {
    co_await cloud_->Handle(exchange);
    co_return;
  }
  http::Response not_yet(503, "starting\n");
  (void)co_await exchange.response().Send(std::move(not_yet));
}

std::string Devcloud::url() const { return LoopbackUrl(server_->port()); }

std::string Devcloud::Announcement() const {
  return fmt::format(
      "rookery {} devcloud, for development and not for production: gives tokens for {} to "
      "everybody on this machine, on {}; certificate for the gateway in {}, its authority in {}",
      kVersion, GatewayUri(description_), url(), state_.server_file, state_.ca_file);
}

void Devcloud::Stop(absl::Duration grace) { server_->Shutdown(grace); }

}  // namespace rookery::devcloud
