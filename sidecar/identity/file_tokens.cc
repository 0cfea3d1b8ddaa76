#include "sidecar/identity/file_tokens.h"

#include "libs/tokens/jwt.h"

namespace rookery::sidecar {
namespace {

// Of a token that does not say when it ends: asked for again often enough to follow the file.
constexpr absl::Duration kUnknownLife = absl::Minutes(20);

}  // namespace

void FileTokens::Fetch(const std::string&, Done done) {
  const std::string token = file_.Token();
  if (token.empty()) {
    return done(absl::UnavailableError(
        "This sidecar was given no token: start it with --upstream-token-file."));
  }
  // Whether it is to be believed is the upstream's question.
  const auto parsed = tokens::ParseJwt(token);
  done(loopback_cloud::AccessToken(
      token, parsed.ok() ? parsed->claims.expires_at : clock_.Now() + kUnknownLife));
}

}  // namespace rookery::sidecar
