#include "libs/rpc/server_credentials.h"

#include <grpc/grpc.h>
#include <grpc/grpc_security.h>

#include <string>
#include <utility>

namespace rookery::rpc {

// Called for each connection before its handshake, by one thread at a time.
class TlsServerCredentials::Fetcher {
 public:
  explicit Fetcher(std::shared_ptr<const tls::ServerIdentity> identity)
      : identity_(std::move(identity)) {}

  grpc_server_credentials* NewCredentials() {
    const auto request = identity_->asks_for_client_certificates()
                             ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
                             : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE;
    return grpc_ssl_server_credentials_create_with_options(
        grpc_ssl_server_credentials_create_options_using_config_fetcher(request, &Fetch, this));
  }

 private:
  static grpc_ssl_certificate_config_reload_status Fetch(
      void* self, grpc_ssl_server_certificate_config** config) {
    return static_cast<Fetcher*>(self)->Fetch(config);
  }

  grpc_ssl_certificate_config_reload_status Fetch(grpc_ssl_server_certificate_config** config) {
    auto keys = identity_->current();
    if (keys == fetched_) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    const tls::ServerPem& pem = keys->pem;
    const grpc_ssl_pem_key_cert_pair pair{pem.key.c_str(), pem.certificates.c_str()};
    // gRPC 1.51 wants authorities even if it asks no client for a certificate; then it does not use
    // them.
    const std::string& authorities = pem.client_ca.empty() ? pem.certificates : pem.client_ca;
    *config = grpc_ssl_server_certificate_config_create(authorities.c_str(), &pair, 1);
    fetched_ = std::move(keys);
    return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
  }

  const std::shared_ptr<const tls::ServerIdentity> identity_;
  std::shared_ptr<const tls::ServerKeys> fetched_;
};

// The C++ API makes no credentials of a fetcher, so this wraps those of the C API.
class TlsServerCredentials::Port final : public grpc::ServerCredentials {
 public:
  explicit Port(grpc_server_credentials* credentials) : credentials_(credentials) {}
  ~Port() override { grpc_server_credentials_release(credentials_); }

  void SetAuthMetadataProcessor(const std::shared_ptr<grpc::AuthMetadataProcessor>&) override {}

 private:
  int AddPortToServer(const std::string& address, grpc_server* server) override {
    return grpc_server_add_http2_port(server, address.c_str(), credentials_);
  }

  grpc_server_credentials* const credentials_;
};

TlsServerCredentials::TlsServerCredentials(std::shared_ptr<const tls::ServerIdentity> identity)
    : fetcher_(std::make_unique<Fetcher>(std::move(identity))),
      for_port_(std::make_shared<Port>(fetcher_->NewCredentials())) {}

TlsServerCredentials::~TlsServerCredentials() = default;

}  // namespace rookery::rpc
