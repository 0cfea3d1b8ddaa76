#include "libs/tokens/signing_key.h"

#include <gmock/gmock.h>
#include <openssl/err.h>

#include "libs/base/testing/status_matchers.h"
#include "libs/tokens/key_ring.h"
#include "libs/tokens/testing/tokens.h"

namespace rookery::tokens {
namespace {

using rookery::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::TestKey;

TEST(SigningKeyTest, ComesBackFromPemAsTheSameKey) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const std::string pem, TestKey(0).Pem());
  EXPECT_THAT(pem, StartsWith("-----BEGIN PRIVATE KEY-----\n"));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const SigningKey key, SigningKey::FromPem(pem));
  EXPECT_EQ(key.id(), TestKey(0).id());
  EXPECT_EQ(*key.Sign("text"), *TestKey(0).Sign("text"));
  EXPECT_EQ(*key.Pem(), pem);
  EXPECT_NE(TestKey(0).id(), TestKey(1).id());
}

TEST(SigningKeyTest, WhatIsNoPrivateRsaKeyIsRefused) {
  const std::string pem = *TestKey(0).Pem();
  for (size_t size = 0; size + 10 < pem.size(); size += 7) {
    EXPECT_THAT(SigningKey::FromPem(pem.substr(0, size)),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << size;
  }
  EXPECT_THAT(SigningKey::FromPem(*TestKey(0).PublicPem()),
              StatusIs(absl::StatusCode::kInvalidArgument));
  // An elliptic curve's.
  EXPECT_THAT(
      SigningKey::FromPem("-----BEGIN PRIVATE KEY-----\n"
                          "MC4CAQAwBQYDK2VwBCIEIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
                          "-----END PRIVATE KEY-----\n"),
      StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(SigningKeyTest, TheIdIsTheThumbprintOfRfc7638) {
  // The example of its section 3.1.
  constexpr char kModulus[] =
      "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_"
      "BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_"
      "RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpb"
      "ISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-"
      "kEgU8awapJzKnqDKgw";
  EXPECT_EQ(*Thumbprint(kModulus, "AQAB"), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

TEST(SigningKeyTest, ThePublicHalfHoldsNothingOfThePrivateOne) {
  const std::string key = TestKey(0).JsonWebKey("https://issuer/");
  EXPECT_THAT(key, HasSubstr(R"("issuer":"https://issuer/")"));
  for (const char* member : {"\"d\"", "\"p\"", "\"q\"", "\"dp\"", "\"dq\"", "\"qi\""}) {
    EXPECT_THAT(key, ::testing::Not(HasSubstr(member)));
  }
  ROOKERY_EXPECT_OK(KeyRing::Parse(JsonWebKeySet({key})));
}

TEST(SigningKeyTest, TextsAreEscaped) {
  JsonObject object;
  object.Set("a\"", "\n\\\"\xc3\xa4").Set("list", std::vector<std::string>{"x", "\""});
  object.Set("at", absl::FromUnixSeconds(5));
  EXPECT_EQ(object.Json(), R"({"a\"":"\n\\\"\u00e4","at":5,"list":["x","\""]})");
  EXPECT_EQ(JsonObject().Json(), "{}");
}

// OpenSSL's queue of errors is the thread's: TLS on it must not find ours there.
TEST(SigningKeyTest, FailuresLeaveNoErrorsBehind) {
  ERR_clear_error();
  EXPECT_FALSE(SigningKey::FromPem("-----BEGIN PRIVATE KEY-----\nAAAA\n").ok());
  ROOKERY_ASSERT_OK_AND_ASSIGN(const KeyRing ring, KeyRing::Parse(testing::KeySetOf(TestKey(0))));
  EXPECT_FALSE(ring.Find(TestKey(0).id(), "", "")->key.Verifies("text", "no signature"));
  EXPECT_FALSE(PublicKey::FromNumbers("", "").ok());
  EXPECT_EQ(ERR_peek_error(), 0U);
}

}  // namespace
}  // namespace rookery::tokens
