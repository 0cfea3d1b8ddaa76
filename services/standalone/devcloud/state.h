// The keys and certificates of a development machine.
#pragma once

#include <string>
#include <vector>

#include "libs/base/status.h"
#include "libs/tokens/signing_key.h"

namespace rookery::devcloud {

struct State {
  // Signs tokens.
  tokens::SigningKey signing_key;
  // Absolute paths: the authority's certificate, for clients; the server's certificate and key in
  // one file, for the gateway.
  std::string ca_file;
  std::string server_file;
};

// What `folder` holds. What is missing is made, readable by its owner alone; what is there is never
// written to. Several processes may do this at once. The server's certificate is for `names`
// (hosts,
// `*.host`s, addresses).
//
// INVALID_ARGUMENT: a file cannot be read or made, or the certificate that is there is not for each
// of `names`.
StatusOr<State> OpenState(const std::string& folder, const std::vector<std::string>& names);

}  // namespace rookery::devcloud
