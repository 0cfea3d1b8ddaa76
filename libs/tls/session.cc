#include "libs/tls/session.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "libs/tls/openssl.h"
#include "libs/tls/socket_bio.h"

namespace rookery::tls {
namespace {

// SSL_get_error judges by what this thread's queue holds, which may be another's. To clear it where
// there is nothing costs more than to look.
void ForgetErrors() {
  if (ERR_peek_error() != 0) ERR_clear_error();
}

// False: out of memory, or no name that a certificate could have.
bool ExpectName(SSL* ssl, const std::string& host) {
  X509_VERIFY_PARAM* const expected = SSL_get0_param(ssl);
  if (X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str()) == 1) return true;
  ERR_clear_error();
  X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return X509_VERIFY_PARAM_set1_host(expected, host.data(), host.size()) == 1 &&
         SSL_set_tlsext_host_name(ssl, host.c_str()) == 1;
}

}  // namespace

std::unique_ptr<Session> Session::New(const ContextPtr& context, int socket) {
  SslPtr ssl(SSL_new(context.get()));
  BioPtr bio = NewSocketBio(socket);
  if (ssl == nullptr || bio == nullptr) return nullptr;
  BIO* const both = bio.release();
  SSL_set_bio(ssl.get(), both, both);
  return std::unique_ptr<Session>(new Session(ssl.release()));
}

std::unique_ptr<Session> Session::Accept(const ContextPtr& context, int socket) {
  auto session = New(context, socket);
  if (session) SSL_set_accept_state(session->ssl_);
  return session;
}

std::unique_ptr<Session> Session::Connect(const ContextPtr& context, int socket,
                                          const std::string& host) {
  auto session = New(context, socket);
  if (session == nullptr || !ExpectName(session->ssl_, host)) return nullptr;
  SSL_set_connect_state(session->ssl_);
  return session;
}

Session::~Session() { SSL_free(ssl_); }

Outcome Session::Handshake() {
  ForgetErrors();
  const Outcome outcome = Judge(SSL_do_handshake(ssl_), 0);
  established_ = outcome.progress == Progress::kDone;
  return outcome;
}

Outcome Session::Read(char* into, size_t size) {
  ForgetErrors();
  size_t got = 0;
  const int result = SSL_read_ex(ssl_, into, size, &got);
  return Judge(result, got);
}

Outcome Session::Peek() {
  ForgetErrors();
  char byte = 0;
  size_t got = 0;
  const int result = SSL_peek_ex(ssl_, &byte, 1, &got);
  return Judge(result, got);
}

bool Session::HasPending() const { return SSL_has_pending(ssl_) == 1; }

Outcome Session::Write(std::string_view bytes) {
  ForgetErrors();
  size_t sent = 0;
  const int result =
      SSL_write_ex(ssl_, bytes.data(), std::min(bytes.size(), kMaxRecordBytes), &sent);
  return Judge(result, sent);
}

void Session::SayEnd() {
  if (!established_ || failed_) return;
  ForgetErrors();
  // It is sent or not; whoever cannot be told sees the socket's end.
  (void)SSL_shutdown(ssl_);
  ForgetErrors();
}

Outcome Session::Judge(int result, size_t bytes) {
  if (result == 1) return {Progress::kDone, bytes};
  const int system_error = errno;
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ:
      return {Progress::kWantsRead};
    case SSL_ERROR_WANT_WRITE:
      return {Progress::kWantsWrite};
    case SSL_ERROR_ZERO_RETURN:
      return {Progress::kEnd};
    case SSL_ERROR_SYSCALL:
      error_ = system_error == 0 ? "the connection ended" : std::strerror(system_error);
      break;
    default: {
      const long verified = SSL_get_verify_result(ssl_);  // NOLINT(google-runtime-int)
      error_ = TakeError();
      if (!established_ && verified != X509_V_OK) {
        error_ += std::string(": ") + X509_verify_cert_error_string(verified);
      }
    }
  }
  ForgetErrors();
  failed_ = true;
  return {Progress::kFailed};
}

}  // namespace rookery::tls
