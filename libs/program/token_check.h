// What checks the tokens of a program's callers, as its flags say.
#pragma once

#include <memory>
#include <string>

#include "libs/base/status.h"
#include "libs/fetch/http_fetcher.h"
#include "libs/metrics/registry.h"
#include "libs/program/flags.h"
#include "libs/program/token_flags.h"
#include "libs/rpc/callers.h"
#include "libs/tls/server_identity.h"
#include "libs/tokens/verifier.h"

namespace rookery::program {

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

// What checks the tokens of those who call `addresses.listen`, as TokenCheck::Open.
StatusOr<std::unique_ptr<TokenCheck>> OpenTokenCheck(const GrpcAddresses& addresses);

// What says who calls, with these tokens; null if `tokens` is, which outlives it, as `metrics`
// does.
std::unique_ptr<rpc::Callers> CallersOf(TokenCheck* tokens, metrics::Registry* metrics);

}  // namespace rookery::program
