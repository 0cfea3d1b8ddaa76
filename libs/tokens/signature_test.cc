// Tokens whose claims are right, and whose signatures are not.
#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "libs/tokens/base64url.h"
#include "libs/tokens/testing/verifier_fixture.h"

namespace rookery::tokens {
namespace {

using ::testing::HasSubstr;
using testing::SignedWithHeader;
using testing::TestKey;

class SignatureTest : public testing::VerifierFixture {};

TEST_F(SignatureTest, NoSignatureIsRefusedWhateverTheHeaderSays) {
  for (const char* algorithm : {"none", "None", "NONE", ""}) {
    JsonObject header;
    header.Set("alg", algorithm).Set("kid", TestKey(0).id()).Set("typ", "JWT");
    const std::string parts =
        EncodeBase64Url(header.Json()) + "." + EncodeBase64Url(Claims().Json());
    EXPECT_THAT(Refusal(parts + "."), HasSubstr("only 'RS256' is accepted")) << algorithm;
    EXPECT_THAT(Refusal(SignedWithHeader(header, Claims(), TestKey(0))),
                HasSubstr("only 'RS256' is accepted"))
        << algorithm;
  }
  std::string token = Token(Claims());
  token.resize(token.rfind('.') + 1);
  EXPECT_THAT(Refusal(token), HasSubstr("The token's signature is not that of the key"));
}

// The public key is known to everybody, and must not serve as a shared secret.
TEST_F(SignatureTest, Hs256WithThePublicKeyAsSecretIsRefused) {
  JsonObject header;
  header.Set("kid", TestKey(0).id()).Set("typ", "JWT");
  for (const std::string& secret : {TestKey(0).JsonWebKey(), *TestKey(0).PublicPem()}) {
    for (const char* algorithm : {"HS256", "RS256"}) {
      const std::string parts = EncodeBase64Url(header.Set("alg", algorithm).Json()) + "." +
                                EncodeBase64Url(Claims().Json());
      std::string mac(32, '\0');
      ASSERT_NE(HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
                     reinterpret_cast<const unsigned char*>(parts.data()), parts.size(),
                     reinterpret_cast<unsigned char*>(mac.data()), nullptr),
                nullptr);
      EXPECT_THAT(
          Refusal(parts + "." + EncodeBase64Url(mac)),
          HasSubstr(algorithm == std::string("HS256") ? "only 'RS256' is accepted"
                                                      : "signature is not that of the key"));
    }
  }
}

TEST_F(SignatureTest, AKeyThatIsNotNamedIsNotGuessed) {
  JsonObject header;
  header.Set("alg", "RS256");
  EXPECT_THAT(Refusal(SignedWithHeader(header, Claims(), TestKey(0))), HasSubstr("(kid)"));
}

TEST_F(SignatureTest, AnotherKeyUnderAKnownIdIsRefused) {
  JsonObject header;
  header.Set("alg", "RS256").Set("kid", TestKey(0).id());
  EXPECT_EQ(
      Refusal(SignedWithHeader(header, Claims(), TestKey(1))),
      "The token's signature is not that of the key '" + TestKey(0).id() + "', which it names.");
}

TEST_F(SignatureTest, AKeyLimitedToAnotherIssuerIsRefused) {
  fetcher_.Publish(testing::kKeysV2,
                   JsonWebKeySet({TestKey(0).JsonWebKey("https://other.example/{tenantid}/v2.0"),
                                  TestKey(1).JsonWebKey("https://login.microsoftonline.com/"
                                                        "{tenantid}/v2.0")}));
  EXPECT_THAT(Refusal(Token(Claims(), 0)), HasSubstr("which is not for its issuer"));
  ROOKERY_EXPECT_OK(verifier_->Check(Token(Claims(), 1)));
}

TEST_F(SignatureTest, ChangedClaimsAreRefused) {
  const std::string token = Token(Claims());
  const size_t first = token.find('.');
  const std::string others = EncodeBase64Url(Claims().Set("oid", "oid-2").Json());
  EXPECT_THAT(Refusal(token.substr(0, first + 1) + others + token.substr(token.rfind('.'))),
              HasSubstr("signature is not that of the key"));
}

}  // namespace
}  // namespace rookery::tokens
