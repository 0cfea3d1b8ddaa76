#include "libs/tokens/public_key.h"

#include <openssl/core_names.h>

#include <utility>

#include "libs/tokens/openssl.h"

namespace rookery::tokens {
namespace {

constexpr int kMinBits = 2048;
constexpr int kMaxBits = 8192;
// Every key in use has 65537; a huge exponent would only make each check dear.
constexpr int kMaxExponentBits = 32;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

BignumPtr Number(std::string_view bytes) {
  return BignumPtr(BN_bin2bn(Bytes(bytes), static_cast<int>(bytes.size()), nullptr));
}

KeyPtr MakeKey(const BIGNUM* modulus, const BIGNUM* exponent) {
  const ParamsBuilderPtr builder(OSSL_PARAM_BLD_new());
  if (builder == nullptr ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent) != 1) {
    return nullptr;
  }
  const ParamsPtr params(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  if (params == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return nullptr;
  }
  return KeyPtr(key);
}

// Looking the algorithms up takes a good part of a check, so it is done once a key.
DigestContextPtr Prepare(EVP_PKEY* key) {
  DigestContextPtr context(EVP_MD_CTX_new());
  // PKCS #1 v1.5 is the padding unless another is asked for.
  if (context == nullptr || EVP_DigestVerifyInit_ex(context.get(), nullptr, "SHA256", nullptr,
                                                    nullptr, key, nullptr) != 1) {
    return nullptr;
  }
  return context;
}

}  // namespace

StatusOr<PublicKey> PublicKey::FromNumbers(std::string_view modulus, std::string_view exponent) {
  const ErrorScope errors;
  if (modulus.size() > kMaxBits / 8 || exponent.size() > kMaxExponentBits / 8) {
    return absl::InvalidArgumentError("an RSA key with larger numbers than are accepted");
  }
  const BignumPtr n = Number(modulus);
  const BignumPtr e = Number(exponent);
  if (n == nullptr || e == nullptr || BN_num_bits(n.get()) < kMinBits) {
    return absl::InvalidArgumentError("an RSA key of less than 2048 bits");
  }
  if (!BN_is_odd(n.get()) || !BN_is_odd(e.get()) || BN_is_one(e.get())) {
    return absl::InvalidArgumentError("numbers that are no RSA key");
  }
  std::shared_ptr<EVP_PKEY> key = MakeKey(n.get(), e.get());
  if (key == nullptr) return absl::InvalidArgumentError("numbers that are no RSA key");
  std::shared_ptr<EVP_MD_CTX> prepared = Prepare(key.get());
  if (prepared == nullptr) return absl::InternalError("OpenSSL cannot check RS256 signatures");
  return PublicKey(std::move(key), std::move(prepared));
}

bool PublicKey::Verifies(std::string_view text, std::string_view signature) const {
  const ErrorScope errors;
  const DigestContextPtr context(EVP_MD_CTX_new());
  return context != nullptr && EVP_MD_CTX_copy_ex(context.get(), prepared_.get()) == 1 &&
         EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(text),
                          text.size()) == 1;
}

bool PublicKey::operator==(const PublicKey& other) const {
  const ErrorScope errors;
  return EVP_PKEY_eq(key_.get(), other.key_.get()) == 1;
}

}  // namespace rookery::tokens
