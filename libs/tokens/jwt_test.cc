#include "libs/tokens/jwt.h"

#include <gmock/gmock.h>

#include "libs/base/testing/status_matchers.h"
#include "libs/tokens/base64url.h"
#include "libs/tokens/testing/tokens.h"

namespace rookery::tokens {
namespace {

using rookery::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Base64UrlTest, ReadsWhatItWrites) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    EXPECT_EQ(DecodeBase64Url(EncodeBase64Url(bytes)), bytes);
    bytes.push_back(static_cast<char>(255 - i));
  }
  // RFC 7515, appendix C.
  EXPECT_EQ(EncodeBase64Url("\x03\xec\xff\xe0\xc1"), "A-z_4ME");
}

TEST(Base64UrlTest, EverythingElseIsRefused) {
  for (const char* text : {"A", "AB==", "AA==", "AAA=", "A+z/4ME", "AA A", " AAA", "AAA\n", "AAAAA",
                           "AB", "AAB", "A-z_4MF", "AA.A", "\xc3\xa4"}) {
    EXPECT_EQ(DecodeBase64Url(text), std::nullopt) << text;
  }
}

StatusOr<Claims> Parse(std::string_view json) { return ParseClaims(json); }

TEST(ClaimsTest, MissingAndNullClaimsAreEmpty) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const Claims claims, Parse(R"({"exp":1700000000,"oid":null})"));
  EXPECT_EQ(claims.issuer, "");
  EXPECT_EQ(claims.object_id, "");
  EXPECT_THAT(claims.audiences, IsEmpty());
  EXPECT_EQ(claims.not_before, absl::InfinitePast());
}

TEST(ClaimsTest, TimesMayHaveFractions) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const Claims claims, Parse(R"({"exp":1700000000.5,"nbf":0})"));
  EXPECT_EQ(claims.expires_at, absl::FromUnixMillis(1'700'000'000'500));
  EXPECT_EQ(claims.not_before, absl::UnixEpoch());
}

TEST(ClaimsTest, TheFirstNameThatIsThereCounts) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const Claims claims,
      Parse(R"({"exp":1,"azp":"v2","unique_name":"u","preferred_username":"p","aud":["a","b"]})"));
  EXPECT_EQ(claims.app_id, "v2");
  EXPECT_EQ(claims.upn, "p");
  EXPECT_THAT(claims.audiences, ElementsAre("a", "b"));
}

TEST(ClaimsTest, AnotherTypeIsNamed) {
  EXPECT_THAT(Parse(R"({"exp":1,"tid":5})"),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("'tid' is not a text")));
  EXPECT_THAT(Parse(R"({"exp":"1"})"),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("'exp' is not a time")));
  EXPECT_THAT(Parse(R"({"exp":1,"aud":[1]})"),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("'aud'")));
}

TEST(JwtTest, IsTakenApart) {
  const absl::Time now = absl::FromUnixSeconds(1'700'000'000);
  const std::string token = *testing::TestKey(0).SignToken(testing::UserClaims(now));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const UnverifiedJwt jwt, ParseJwt(token));
  EXPECT_EQ(jwt.key_id, testing::TestKey(0).id());
  EXPECT_EQ(jwt.claims.issuer, testing::kIssuerV2);
  EXPECT_EQ(jwt.signed_part, token.substr(0, token.rfind('.')));
  EXPECT_EQ(jwt.signature.size(), 256U);
}

TEST(JwtTest, AnOpaqueTokenIsNamedAsSuch) {
  for (const char* token : {"", "opaque", "a.b", "a.b.c.d", "a.b.c.d.e", "dapi0123456789"}) {
    EXPECT_THAT(ParseJwt(token),
                StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("is not a signed JWT")))
        << token;
  }
}

}  // namespace
}  // namespace rookery::tokens
