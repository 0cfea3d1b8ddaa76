// The token of a file, for Azure's clients on this worker.
#pragma once

#include "libs/base/clock.h"
#include "libs/loopback_cloud/token_source.h"
#include "sidecar/identity/token_file.h"

namespace rookery::sidecar {

// Gives the sidecar's own token to whoever asks, whatever he asks it for: it is the identity of the
// worker. Thread-safe. What is passed in outlives it.
class FileTokens final : public loopback_cloud::TokenSource {
 public:
  FileTokens(TokenFile& file, const Clock& clock) : file_(file), clock_(clock) {}

  // UNAVAILABLE: there is no token.
  void Fetch(const std::string& audience, Done done) override;

 private:
  TokenFile& file_;
  const Clock& clock_;
};

}  // namespace rookery::sidecar
