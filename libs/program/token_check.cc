#include "libs/program/token_check.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <utility>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/host_port.h"
#include "libs/tokens/issuer.h"

namespace rookery::program {
namespace {

StatusOr<std::vector<tokens::Issuer>> IssuersOf(const TokenFlags& flags) {
  if (flags.keys.size() != flags.issuers.size()) {
    return absl::InvalidArgumentError(
        fmt::format("--token-issuer names {} issuers and --token-keys the keys of {}. Name the "
                    "keys of each, in the same order.",
                    flags.issuers.size(), flags.keys.size()));
  }
  std::vector<tokens::Issuer> issuers;
  if (!flags.entra_tenants.empty()) {
    issuers = tokens::EntraIssuers(flags.entra_tenants, flags.audiences);
  }
  for (size_t i = 0; i < flags.issuers.size(); ++i) {
    issuers.push_back({.url = flags.issuers[i],
                       .keys = flags.keys[i],
                       .audiences = flags.audiences,
                       .tenants = flags.tenants});
  }
  for (tokens::Issuer& issuer : issuers) {
    issuer.apps = flags.apps;
    issuer.allow_azure_management = flags.allow_azure_management;
  }
  return issuers;
}

Status CheckComplete(const TokenFlags& flags) {
  if (flags.audiences.empty()) {
    return absl::InvalidArgumentError(
        "Say for whom tokens must be: --token-audience with this server's URI, or api://... as it "
        "is registered with Entra.");
  }
  if (!flags.issuers.empty() && flags.tenants.empty()) {
    return absl::InvalidArgumentError(
        "--token-issuer needs --token-tenant: the tenants (claim `tid`) whose tokens are taken.");
  }
  return absl::OkStatus();
}

bool SaysWhoseTokens(const TokenFlags& flags) {
  return !flags.entra_tenants.empty() || !flags.issuers.empty();
}

Status CheckExposure(const Exposure& exposure, const TokenFlags& flags) {
  if (IsLoopback(exposure.host)) return absl::OkStatus();
  if (SaysWhoseTokens(flags)) {
    if (!exposure.encrypts) {
      spdlog::warn(
          "{} {} takes tokens over an unencrypted connection: see that TLS ends before "
          "it, or serve TLS (--tls-cert)",
          exposure.flag, exposure.host);
    }
    return absl::OkStatus();
  }
  if (exposure.asks_for_client_certificates) return absl::OkStatus();
  if (flags.insecure_allow_unauthenticated) {
    spdlog::warn("{} {} serves other machines, and nobody is asked who he is", exposure.flag,
                 exposure.host);
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(fmt::format(
      "{} {} can be called from other machines, and nobody would be asked who he is. Say whose "
      "tokens are taken (--entra-tenant or --token-issuer), or ask for client certificates "
      "(--tls-client-ca), or, where everybody may do everything, --insecure-allow-unauthenticated.",
      exposure.flag, exposure.host));
}

}  // namespace

Exposure ExposureOf(const std::string& flag, const std::string& host,
                    const std::shared_ptr<const tls::ServerIdentity>& tls) {
  return {.flag = flag,
          .host = host,
          .asks_for_client_certificates = tls != nullptr && tls->asks_for_client_certificates(),
          .encrypts = tls != nullptr};
}

StatusOr<std::unique_ptr<TokenCheck>> TokenCheck::Open(const TokenFlags& flags,
                                                       const Exposure& exposure) {
  RETURN_IF_ERROR(CheckExposure(exposure, flags));
  if (!SaysWhoseTokens(flags)) {
    const bool others = !flags.keys.empty() || !flags.audiences.empty() || !flags.tenants.empty() ||
                        !flags.apps.empty() || flags.allow_azure_management;
    if (!others) return nullptr;
    return absl::InvalidArgumentError(
        "Say whose tokens are taken: --entra-tenant, or --token-issuer.");
  }
  RETURN_IF_ERROR(CheckComplete(flags));
  ASSIGN_OR_RETURN(auto issuers, IssuersOf(flags));
  ASSIGN_OR_RETURN(HttpFetcher fetcher, HttpFetcher::Open({.ca = flags.keys_ca}));
  std::unique_ptr<TokenCheck> check(new TokenCheck(std::move(fetcher)));
  ASSIGN_OR_RETURN(check->verifier_,
                   tokens::Verifier::Open(std::move(issuers), &check->fetcher_, &Clock::Real()));
  if (flags.allow_azure_management) {
    spdlog::warn(
        "tokens for Azure's management API may be taken: each that is sent here could be "
        "used on its user's Azure subscription");
  }
  return check;
}

StatusOr<std::unique_ptr<TokenCheck>> OpenTokenCheck(const GrpcAddresses& addresses) {
  ASSIGN_OR_RETURN(const HostPort listen, ParseHostPort(addresses.listen));
  return TokenCheck::Open(addresses.tokens,
                          {.flag = "--listen",
                           .host = listen.host,
                           .asks_for_client_certificates = !addresses.tls.client_ca.empty(),
                           .encrypts = !addresses.tls.certificates.empty()});
}

std::unique_ptr<rpc::Callers> CallersOf(TokenCheck* tokens, metrics::Registry* metrics) {
  if (tokens == nullptr) return nullptr;
  return std::make_unique<rpc::Callers>(tokens->verifier(), metrics);
}

}  // namespace rookery::program
