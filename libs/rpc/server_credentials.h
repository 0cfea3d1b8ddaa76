// gRPC over TLS with certificates that change.
#pragma once

#include <grpcpp/security/server_credentials.h>

#include <memory>

#include "libs/tls/server_identity.h"

namespace rookery::rpc {

// What each new connection of one port is served with: whatever `identity` has then. Must live
// until the server has been destroyed.
//
// gRPC's own FileWatcherCertificateProvider drops the old certificate when it meets files that do
// not belong together; this is the fetcher of its C API, to which it says that nothing has changed.
class TlsServerCredentials {
 public:
  explicit TlsServerCredentials(std::shared_ptr<const tls::ServerIdentity> identity);
  ~TlsServerCredentials();

  // For ServerBuilder::AddListeningPort, once.
  std::shared_ptr<grpc::ServerCredentials> ForPort() { return for_port_; }

 private:
  class Port;
  class Fetcher;

  const std::unique_ptr<Fetcher> fetcher_;
  const std::shared_ptr<grpc::ServerCredentials> for_port_;
};

}  // namespace rookery::rpc
