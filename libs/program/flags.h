// The flags that several programs have, each with one meaning and one text.
#pragma once

#include <absl/time/time.h>

#include <CLI/App.hpp>
#include <cstddef>
#include <string>

#include "libs/program/token_flags.h"
#include "libs/tls/files.h"

namespace rookery::program {

// Each binds a flag to `value`, whose present value is the default that --help shows.
void AddBackendStoreUri(CLI::App& command, std::string* value);
void AddDefaultArtifactRoot(CLI::App& command, std::string* value);
void AddArtifactsDestination(CLI::App& command, std::string* value);
void AddUrlSigningKey(CLI::App& command, std::string* value);
void AddRunEndGrace(CLI::App& command, absl::Duration* value);
void AddRunCache(CLI::App& command, size_t* bytes);

// Where a gRPC service listens, and with what.
struct GrpcAddresses {
  std::string listen;
  std::string admin;
  // Both for `listen`; probes of `admin` have no certificates and no tokens.
  tls::ServerFiles tls;
  TokenFlags tokens;
};
void AddGrpcAddresses(CLI::App& command, GrpcAddresses* value);

// `flag` (for example --tracking) says where the service that `what` names is. It takes what
// rpc::OpenChannel takes.
void AddServiceAddress(CLI::App& command, const std::string& flag, const std::string& what,
                       std::string* value);

}  // namespace rookery::program
