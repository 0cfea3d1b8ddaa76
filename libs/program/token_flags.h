// The flags that say whose tokens a program takes.
#pragma once

#include <CLI/App.hpp>
#include <memory>
#include <string>
#include <vector>

#include "libs/base/status.h"
#include "libs/fetch/http_fetcher.h"
#include "libs/metrics/registry.h"
#include "libs/rpc/callers.h"
#include "libs/tls/server_identity.h"
#include "libs/tokens/verifier.h"

namespace rookery::program {

struct TokenFlags {
  std::vector<std::string> entra_tenants;
  // Other issuers; `keys` in the same order.
  std::vector<std::string> issuers;
  std::vector<std::string> keys;
  std::vector<std::string> tenants;
  std::vector<std::string> audiences;
  std::vector<std::string> apps;
  std::string keys_ca;
  bool allow_azure_management = false;
  bool insecure_allow_unauthenticated = false;
};

// --entra-tenant, --token-..., --insecure-allow-unauthenticated.
void AddTokens(CLI::App& command, TokenFlags* flags);

// Where a program is about to serve.
struct Exposure {
  std::string flag;  // That says so: --host.
  std::string host;
  bool asks_for_client_certificates = false;
  bool encrypts = false;
};

// `tls` may be null.
Exposure ExposureOf(const std::string& flag, const std::string& host,
                    const std::shared_ptr<const tls::ServerIdentity>& tls);

// What checks tokens. Immutable; outlives all that uses its verifier.
class TokenCheck {
 public:
  // Null: no flag says whose tokens are taken, so nobody is asked who he is. INVALID_ARGUMENT: the
  // flags do not fit together, or others than this machine could call and nobody would ask who they
  // are. Opened before anything else is begun, so that flags that cannot be used leave no trace.
  static StatusOr<std::unique_ptr<TokenCheck>> Open(const TokenFlags& flags,
                                                    const Exposure& exposure);

  tokens::Verifier& verifier() { return *verifier_; }

 private:
  explicit TokenCheck(HttpFetcher fetcher) : fetcher_(std::move(fetcher)) {}

  HttpFetcher fetcher_;
  std::unique_ptr<tokens::Verifier> verifier_;
};

// What says who calls, with these tokens; null if `tokens` is, which outlives it, as `metrics`
// does.
std::unique_ptr<rpc::Callers> CallersOf(TokenCheck* tokens, metrics::Registry* metrics);

}  // namespace rookery::program
