#include "libs/tokens/signing_key.h"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <optional>
#include <utility>

#include "libs/checks/text.h"
#include "libs/tokens/base64url.h"
#include "libs/tokens/openssl.h"
#include "libs/tokens/sha256.h"

namespace rookery::tokens {
namespace {

Status Failed(std::string_view what) {
  return absl::InternalError(fmt::format("OpenSSL cannot {}", what));
}

// A number of the key's, in base64url; empty if it has none of that name.
std::string Number(const EVP_PKEY* key, const char* name) {
  BIGNUM* found = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &found) != 1) return "";
  const BignumPtr number(found);
  std::string bytes(static_cast<size_t>(BN_num_bytes(number.get())), '\0');
  BN_bn2bin(number.get(), reinterpret_cast<unsigned char*>(bytes.data()));
  return EncodeBase64Url(bytes);
}

// What `write` writes.
template <typename Write>
StatusOr<std::string> Written(Write write) {
  const ErrorScope errors;
  const BioPtr text(BIO_new(BIO_s_mem()));
  if (text == nullptr || write(text.get()) != 1) return Failed("write the key");
  char* data = nullptr;
  const auto size = BIO_get_mem_data(text.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

// Asked for a passphrase: there is none. Without this OpenSSL asks at the terminal.
int NoPassphrase(char*, int, int, void*) { return -1; }

}  // namespace

StatusOr<SigningKey> SigningKey::Generate(int bits) {
  const ErrorScope errors;
  std::shared_ptr<EVP_PKEY> key = KeyPtr(EVP_RSA_gen(static_cast<unsigned int>(bits)));
  if (key == nullptr) return Failed("make an RSA key");
  return Wrap(std::move(key));
}

StatusOr<SigningKey> SigningKey::FromPem(const std::string& pem) {
  const ErrorScope errors;
  const BioPtr text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (text == nullptr) return Failed("read a key");
  std::shared_ptr<EVP_PKEY> key =
      KeyPtr(PEM_read_bio_PrivateKey(text.get(), nullptr, NoPassphrase, nullptr));
  if (key == nullptr || EVP_PKEY_is_a(key.get(), "RSA") != 1) {
    return absl::InvalidArgumentError("not a private RSA key in PEM without a passphrase");
  }
  return Wrap(std::move(key));
}

StatusOr<SigningKey> SigningKey::Wrap(std::shared_ptr<EVP_PKEY> key) {
  SigningKey wrapped(std::move(key));
  wrapped.modulus_ = Number(wrapped.key_.get(), OSSL_PKEY_PARAM_RSA_N);
  wrapped.exponent_ = Number(wrapped.key_.get(), OSSL_PKEY_PARAM_RSA_E);
  ASSIGN_OR_RETURN(wrapped.id_, Thumbprint(wrapped.modulus_, wrapped.exponent_));
  return wrapped;
}

StatusOr<std::string> SigningKey::Pem() const {
  return Written([this](BIO* text) {
    return PEM_write_bio_PKCS8PrivateKey(text, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

StatusOr<std::string> SigningKey::PublicPem() const {
  return Written([this](BIO* text) { return PEM_write_bio_PUBKEY(text, key_.get()); });
}

StatusOr<std::string> SigningKey::Sign(std::string_view text) const {
  const ErrorScope errors;
  const DigestContextPtr context(EVP_MD_CTX_new());
  size_t size = static_cast<size_t>(EVP_PKEY_get_size(key_.get()));
  std::string signature(size, '\0');
  if (context == nullptr ||
      EVP_DigestSignInit_ex(context.get(), nullptr, "SHA256", nullptr, nullptr, key_.get(),
                            nullptr) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     reinterpret_cast<const unsigned char*>(text.data()), text.size()) != 1) {
    return Failed("sign");
  }
  signature.resize(size);
  return signature;
}

StatusOr<std::string> SigningKey::SignToken(const JsonObject& claims) const {
  JsonObject header;
  header.Set("alg", "RS256").Set("kid", id_).Set("typ", "JWT");
  std::string token = EncodeBase64Url(header.Json()) + "." + EncodeBase64Url(claims.Json());
  ASSIGN_OR_RETURN(const std::string signature, Sign(token));
  return token + "." + EncodeBase64Url(signature);
}

std::string SigningKey::JsonWebKey(std::string_view issuer) const {
  JsonObject key;
  key.Set("alg", "RS256").Set("e", exponent_).Set("kid", id_).Set("kty", "RSA");
  key.Set("n", modulus_).Set("use", "sig");
  if (!issuer.empty()) key.Set("issuer", issuer);
  return key.Json();
}

StatusOr<std::string> Thumbprint(std::string_view modulus, std::string_view exponent) {
  const std::optional<Sha256Digest> digest =
      Sha256(fmt::format(R"({{"e":"{}","kty":"RSA","n":"{}"}})", exponent, modulus));
  if (!digest.has_value()) return Failed("compute SHA-256");
  return EncodeBase64Url({reinterpret_cast<const char*>(digest->data()), digest->size()});
}

std::string JsonWebKeySet(const std::vector<std::string>& keys) {
  return fmt::format(R"({{"keys":[{}]}})", fmt::join(keys, ","));
}

}  // namespace rookery::tokens
