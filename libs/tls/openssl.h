// OpenSSL in our words. For this folder alone.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/status.h"
#include "libs/tls/context.h"

namespace rookery::tls {

template <auto Free>
struct FreeWith {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};

using BioPtr = std::unique_ptr<BIO, FreeWith<BIO_free>>;
using CertificatePtr = std::unique_ptr<X509, FreeWith<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using SslPtr = std::unique_ptr<SSL, FreeWith<SSL_free>>;

// What OpenSSL says of this thread's last failure; forgets it.
std::string TakeError();

// At least one, in order. INVALID_ARGUMENT: there is none, or a broken one.
StatusOr<std::vector<CertificatePtr>> ParseCertificates(std::string_view pem);

// INVALID_ARGUMENT: there is none, it is broken, or a password protects it.
StatusOr<KeyPtr> ParseKey(std::string_view pem);

// TLS 1.2 and later; a session takes what memory it needs when it needs it.
StatusOr<ContextPtr> NewContext(const SSL_METHOD* method);

// Has `context` show the certificates and sign with the key. INVALID_ARGUMENT: they cannot be
// parsed, or do not belong together.
Status UseIdentity(Context* context, std::string_view certificates, std::string_view key);

// Has `context` trust these. INVALID_ARGUMENT: as for ParseCertificates.
Status Trust(Context* context, std::string_view ca);

}  // namespace rookery::tls
