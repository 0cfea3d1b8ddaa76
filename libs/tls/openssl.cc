#include "libs/tls/openssl.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <utility>

namespace rookery::tls {
namespace {

BioPtr Reader(std::string_view text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Status Unusable(std::string_view what) {
  return absl::InvalidArgumentError(fmt::format("{} ({})", what, TakeError()));
}

// OpenSSL would ask at the terminal.
int NoPassword(char*, int, int, void*) { return -1; }

}  // namespace

std::string TakeError() {
  const unsigned long code = ERR_peek_last_error();  // NOLINT(google-runtime-int): OpenSSL's type.
  ERR_clear_error();
  const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "no reason given" : reason;
}

StatusOr<std::vector<CertificatePtr>> ParseCertificates(std::string_view pem) {
  ERR_clear_error();
  const BioPtr reader = Reader(pem);
  std::vector<CertificatePtr> found;
  while (X509* const next = PEM_read_bio_X509(reader.get(), nullptr, NoPassword, nullptr)) {
    found.emplace_back(next);
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (found.empty() && at_end) {
    ERR_clear_error();
    return absl::InvalidArgumentError("it holds no certificate in PEM");
  }
  if (!at_end) return Unusable(fmt::format("certificate {} in it is broken", found.size() + 1));
  ERR_clear_error();
  return found;
}

StatusOr<KeyPtr> ParseKey(std::string_view pem) {
  ERR_clear_error();
  const BioPtr reader = Reader(pem);
  KeyPtr key(PEM_read_bio_PrivateKey(reader.get(), nullptr, NoPassword, nullptr));
  if (key == nullptr) return Unusable("it holds no private key in PEM without a password");
  return key;
}

StatusOr<ContextPtr> NewContext(const SSL_METHOD* method) {
  ERR_clear_error();
  ContextPtr context(SSL_CTX_new(method), SSL_CTX_free);
  if (context == nullptr) return absl::InternalError("OpenSSL: " + TakeError());
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // A write may be tried again from elsewhere with the same bytes. Read and write buffers (34 KB a
  // session) go while a connection is idle.
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
  // One system call reads a record, rather than one its head and another its body.
  SSL_CTX_set_read_ahead(context.get(), 1);
  return context;
}

Status UseIdentity(Context* context, std::string_view certificates, std::string_view key) {
  auto chain = ParseCertificates(certificates);
  if (!chain.ok()) {
    return absl::InvalidArgumentError(
        fmt::format("the certificate: {}", std::string(chain.status().message())));
  }
  auto signer = ParseKey(key);
  if (!signer.ok()) {
    return absl::InvalidArgumentError(
        fmt::format("the key: {}", std::string(signer.status().message())));
  }
  if (SSL_CTX_use_certificate(context, chain->front().get()) != 1) {
    return Unusable("the certificate cannot be used");
  }
  for (size_t i = 1; i < chain->size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, (*chain)[i].get()) != 1) {
      return Unusable("the certificate's chain cannot be used");
    }
  }
  if (SSL_CTX_use_PrivateKey(context, signer->get()) != 1 ||
      SSL_CTX_check_private_key(context) != 1) {
    return Unusable("the key is not the certificate's");
  }
  return absl::OkStatus();
}

Status Trust(Context* context, std::string_view ca) {
  ASSIGN_OR_RETURN(const auto authorities, ParseCertificates(ca));
  for (const CertificatePtr& authority : authorities) {
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get()) != 1) {
      return Unusable("an authority cannot be used");
    }
  }
  return absl::OkStatus();
}

}  // namespace rookery::tls
