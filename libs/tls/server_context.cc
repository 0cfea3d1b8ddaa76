#include "libs/tls/server_context.h"

#include <fmt/format.h>

#include <string_view>

#include "libs/tls/openssl.h"

namespace rookery::tls {
namespace {

// As TLS writes it: the length, then the name.
constexpr std::string_view kHttp11 = "\x08http/1.1";
// Says that a session of one server is none of another's. All of ours may resume each other's, if
// they have the same context, and so the same authorities for clients.
constexpr std::string_view kSessionIds = "rookery";

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

int SelectProtocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                   const unsigned char* offered, unsigned int offered_size, void*) {
  unsigned char* found = nullptr;
  const int result = SSL_select_next_proto(&found, chosen_size, Bytes(kHttp11), kHttp11.size(),
                                           offered, offered_size);
  *chosen = found;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

Status AskForCertificates(Context* context, const std::string& client_ca) {
  const auto authorities = ParseCertificates(client_ca);
  Status trusted = authorities.ok() ? Trust(context, client_ca) : authorities.status();
  if (!trusted.ok()) {
    return absl::InvalidArgumentError(
        fmt::format("the authorities for clients: {}", std::string(trusted.message())));
  }
  for (const CertificatePtr& authority : *authorities) {
    SSL_CTX_add_client_CA(context, authority.get());
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return absl::OkStatus();
}

}  // namespace

StatusOr<ContextPtr> NewServerContext(const ServerPem& pem) {
  ASSIGN_OR_RETURN(ContextPtr context, NewContext(TLS_server_method()));
  SSL_CTX_set_options(context.get(), SSL_OP_CIPHER_SERVER_PREFERENCE |
                                         // Many clients just close; a request says its own end.
                                         SSL_OP_IGNORE_UNEXPECTED_EOF);
  // Tickets carry what a session needs to be resumed, so the server need not keep it.
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_session_id_context(context.get(), Bytes(kSessionIds), kSessionIds.size());
  SSL_CTX_set_alpn_select_cb(context.get(), SelectProtocol, nullptr);
  RETURN_IF_ERROR(UseIdentity(context.get(), pem.certificates, pem.key));
  if (!pem.client_ca.empty()) RETURN_IF_ERROR(AskForCertificates(context.get(), pem.client_ca));
  return context;
}

absl::Time ExpiryOf(const Context& context) {
  const X509* certificate = SSL_CTX_get0_certificate(&context);
  tm utc = {};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &utc) != 1) return absl::InfinitePast();
  return absl::FromTM(utc, absl::UTCTimeZone());
}

}  // namespace rookery::tls
