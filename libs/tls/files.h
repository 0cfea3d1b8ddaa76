// The files that TLS is given, and what was read from them.
#pragma once

#include <string>

#include "libs/base/status.h"

namespace rookery::tls {

// What a server is told to show. Paths; `client_ca` may be empty.
struct ServerFiles {
  // The server's certificate, then those of the authorities between it and its root.
  std::string certificates;
  std::string key;
  // If given, clients must show a certificate that one of these authorities signed.
  std::string client_ca;
};

// The contents of ServerFiles, in PEM.
struct ServerPem {
  std::string certificates;
  std::string key;
  std::string client_ca;

  bool operator==(const ServerPem&) const = default;
};

// What a client is told. Paths; all may be empty.
struct ClientFiles {
  // The authorities that it trusts instead of the system's.
  std::string ca;
  // What it shows to servers that ask for a certificate: both or neither.
  std::string certificates;
  std::string key;
};

// Errors as of ReadSmallFile.
StatusOr<ServerPem> ReadServerPem(const ServerFiles& files);

}  // namespace rookery::tls
