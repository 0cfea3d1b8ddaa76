#include "libs/tls/authority.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>
#include <utility>

#include "libs/tls/openssl.h"

namespace rookery::tls {
namespace {

constexpr int kDays = 3650;
// Of a clock that is behind.
constexpr int64_t kSecondsBefore = 3600;
constexpr size_t kSerialBytes = 16;
constexpr std::string_view kNameCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-*:";

Status Failed(std::string_view what) {
  return absl::InternalError(fmt::format("OpenSSL cannot {}: {}", what, TakeError()));
}

bool IsAddress(const std::string& name) {
  ASN1_OCTET_STRING* const address = a2i_IPADDRESS(name.c_str());
  ASN1_OCTET_STRING_free(address);
  ERR_clear_error();
  return address != nullptr;
}

// What `write` writes.
template <typename Write>
StatusOr<std::string> Written(Write write) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (bio == nullptr || write(bio.get()) != 1) return Failed("write PEM");
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

StatusOr<IssuedPem> ToPem(X509* certificate, EVP_PKEY* key) {
  IssuedPem pem;
  ASSIGN_OR_RETURN(pem.certificate,
                   Written([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate); }));
  ASSIGN_OR_RETURN(pem.key, Written([&](BIO* bio) {
                     return PEM_write_bio_PKCS8PrivateKey(bio, key, nullptr, nullptr, 0, nullptr,
                                                          nullptr);
                   }));
  return pem;
}

bool SetSerial(X509* certificate) {
  std::array<unsigned char, kSerialBytes> bytes;
  if (RAND_bytes(bytes.data(), bytes.size()) != 1) return false;
  bytes[0] &= 0x7f;  // Positive.
  BIGNUM* const number = BN_bin2bn(bytes.data(), bytes.size(), nullptr);
  const bool set = BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
  BN_free(number);
  return set;
}

bool SetName(X509_NAME* name, const std::string& text) {
  return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(text.data()),
                                    static_cast<int>(text.size()), -1, 0) == 1;
}

// Without extensions and signature.
StatusOr<CertificatePtr> Begin(const std::string& name, EVP_PKEY* key) {
  CertificatePtr certificate(X509_new());
  X509* const raw = certificate.get();
  if (raw == nullptr || X509_set_version(raw, X509_VERSION_3) != 1 || !SetSerial(raw) ||
      X509_gmtime_adj(X509_getm_notBefore(raw), -kSecondsBefore) == nullptr ||
      X509_time_adj_ex(X509_getm_notAfter(raw), kDays, 0, nullptr) == nullptr ||
      X509_set_pubkey(raw, key) != 1 || !SetName(X509_get_subject_name(raw), name)) {
    return Failed("make a certificate");
  }
  return certificate;
}

struct Extension {
  int kind;
  std::string value;
};

Status Extend(X509* certificate, X509* issuer, const std::vector<Extension>& extensions) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  for (const Extension& extension : extensions) {
    X509_EXTENSION* const made =
        X509V3_EXT_conf_nid(nullptr, &context, extension.kind, extension.value.c_str());
    const bool added = made != nullptr && X509_add_ext(certificate, made, -1) == 1;
    X509_EXTENSION_free(made);
    if (!added) return Failed(fmt::format("write '{}' into a certificate", extension.value));
  }
  return absl::OkStatus();
}

StatusOr<KeyPtr> NewKey() {
  KeyPtr key(EVP_EC_gen("P-256"));
  if (key == nullptr) return Failed("make a key");
  return key;
}

// In OpenSSL's words, in which a comma begins the next name.
StatusOr<std::string> AlternativeNames(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    if (name.empty() || name.find_first_not_of(kNameCharacters) != name.npos) {
      return absl::InvalidArgumentError(fmt::format("'{}' cannot be the name of a server", name));
    }
    if (!list.empty()) list += ',';
    list += (IsAddress(name) ? "IP:" : "DNS:") + name;
  }
  if (list.empty()) return absl::InvalidArgumentError("a certificate needs a name");
  return list;
}

}  // namespace

struct Authority::Parts {
  Parts(CertificatePtr certificate, KeyPtr key)
      : certificate(std::move(certificate)), key(std::move(key)) {}

  CertificatePtr certificate;
  KeyPtr key;
};

StatusOr<Authority> Authority::Create(const std::string& name) {
  ASSIGN_OR_RETURN(KeyPtr key, NewKey());
  ASSIGN_OR_RETURN(CertificatePtr certificate, Begin(name, key.get()));
  X509* const raw = certificate.get();
  if (X509_set_issuer_name(raw, X509_get_subject_name(raw)) != 1) return Failed("name an issuer");
  RETURN_IF_ERROR(Extend(raw, raw,
                         {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                          {NID_key_usage, "critical,keyCertSign,cRLSign"},
                          {NID_subject_key_identifier, "hash"}}));
  if (X509_sign(raw, key.get(), EVP_sha256()) <= 0) return Failed("sign a certificate");
  return Authority(std::make_shared<const Parts>(std::move(certificate), std::move(key)));
}

StatusOr<Authority> Authority::FromPem(const IssuedPem& pem) {
  ASSIGN_OR_RETURN(auto certificates, ParseCertificates(pem.certificate));
  ASSIGN_OR_RETURN(KeyPtr key, ParseKey(pem.key));
  CertificatePtr certificate = std::move(certificates.front());
  if (X509_check_ca(certificate.get()) == 0) {
    return absl::InvalidArgumentError("the certificate is not an authority's");
  }
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    ERR_clear_error();
    return absl::InvalidArgumentError("the key is not the certificate's");
  }
  return Authority(std::make_shared<const Parts>(std::move(certificate), std::move(key)));
}

StatusOr<IssuedPem> Authority::Pem() const {
  return ToPem(parts_->certificate.get(), parts_->key.get());
}

StatusOr<IssuedPem> Authority::Issue(const std::vector<std::string>& names) const {
  ASSIGN_OR_RETURN(const std::string alternative_names, AlternativeNames(names));
  ASSIGN_OR_RETURN(const KeyPtr key, NewKey());
  ASSIGN_OR_RETURN(const CertificatePtr certificate, Begin("server", key.get()));
  X509* const raw = certificate.get();
  X509* const authority = parts_->certificate.get();
  if (X509_set_issuer_name(raw, X509_get_subject_name(authority)) != 1) {
    return Failed("name an issuer");
  }
  RETURN_IF_ERROR(Extend(raw, authority,
                         {{NID_basic_constraints, "critical,CA:FALSE"},
                          {NID_key_usage, "critical,digitalSignature"},
                          {NID_ext_key_usage, "serverAuth"},
                          {NID_subject_key_identifier, "hash"},
                          {NID_authority_key_identifier, "keyid:always"},
                          {NID_subject_alt_name, alternative_names}}));
  if (X509_sign(raw, parts_->key.get(), EVP_sha256()) <= 0) return Failed("sign a certificate");
  return ToPem(raw, key.get());
}

StatusOr<bool> IsCertificateFor(std::string_view pem, const std::string& name) {
  ASSIGN_OR_RETURN(const auto certificates, ParseCertificates(pem));
  X509* const certificate = certificates.front().get();
  const int matches = IsAddress(name)
                          ? X509_check_ip_asc(certificate, name.c_str(), 0)
                          : X509_check_host(certificate, name.data(), name.size(), 0, nullptr);
  return matches == 1 && X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0;
}

}  // namespace rookery::tls
