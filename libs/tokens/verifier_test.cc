#include "libs/tokens/verifier.h"

#include <gmock/gmock.h>

#include "libs/tokens/testing/verifier_fixture.h"

namespace rookery::tokens {
namespace {

using rookery::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::KeySetOf;
using testing::TestKey;

class VerifierTest : public testing::VerifierFixture {};

TEST_F(VerifierTest, AUsersTokenOfVersion2TellsWhoItIs) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const IdentityPtr who, verifier_->Check(Token(Claims())));
  EXPECT_EQ(who->issuer, testing::kIssuerV2);
  EXPECT_EQ(who->tenant, testing::kTenant);
  EXPECT_EQ(who->object_id, "oid-1");
  EXPECT_EQ(who->app_id, "app-1");
  EXPECT_EQ(who->subject, "sub-1");
  EXPECT_EQ(who->name, "Ada");
  EXPECT_EQ(who->upn, "ada@example.com");
  EXPECT_EQ(who->expires_at, clock_.Now() + absl::Hours(1));
}

TEST_F(VerifierTest, AnAppsTokenOfVersion1TellsWhoItIs) {
  JsonObject claims = Claims();
  claims.Set("iss", testing::kIssuerV1).Set("ver", "1.0").Set("appid", "app-7");
  claims.Remove("azp").Remove("name").Remove("preferred_username");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const IdentityPtr who, verifier_->Check(Token(claims)));
  EXPECT_EQ(who->issuer, testing::kIssuerV1);
  EXPECT_EQ(who->app_id, "app-7");
  EXPECT_EQ(who->name, "");
  EXPECT_EQ(who->upn, "");
}

TEST_F(VerifierTest, ExpiredIsWhatEndedMoreThanTheSkewAgo) {
  const std::string token = Token(Claims());
  clock_.Advance(absl::Minutes(65) - absl::Seconds(1));
  ROOKERY_EXPECT_OK(verifier_->Check(token));
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(
      Refusal(token),
      "The token expired at 2023-11-14T23:13:20+00:00; here it is 2023-11-14T23:18:20+00:00.");
}

TEST_F(VerifierTest, ATokenThatIsRememberedExpiresToo) {
  const std::string token = Token(Claims());
  ROOKERY_ASSERT_OK(verifier_->Check(token));
  clock_.Advance(absl::Minutes(65));
  EXPECT_THAT(Refusal(token), HasSubstr("expired"));
}

TEST_F(VerifierTest, NotYetValidIsWhatBeginsLaterThanTheSkew) {
  JsonObject claims = Claims();
  ROOKERY_EXPECT_OK(verifier_->Check(Token(claims.Set("nbf", clock_.Now() + absl::Minutes(5)))));
  claims.Set("nbf", clock_.Now() + absl::Minutes(5) + absl::Seconds(1));
  EXPECT_THAT(Refusal(Token(claims)), HasSubstr("not valid before 2023-11-14T22:18:21"));
}

TEST_F(VerifierTest, ATokenWithoutAnEndIsRefused) {
  EXPECT_THAT(Refusal(Token(Claims().Remove("exp"))), HasSubstr("(exp)"));
}

TEST_F(VerifierTest, ATokenForSomebodyElseIsRefused) {
  EXPECT_EQ(Refusal(Token(Claims().Set("aud", "https://management.azure.com"))),
            "The token is for 'https://management.azure.com', not for this server.");
  EXPECT_THAT(Refusal(Token(Claims().Remove("aud"))), HasSubstr("for nobody"));
  EXPECT_THAT(Refusal(Token(Claims().Set("aud", std::string(testing::kAudience) + "//"))),
              HasSubstr("not for this server"));
}

TEST_F(VerifierTest, OneOfSeveralAudiencesIsEnoughAndAFinalSlashIsNothing) {
  ROOKERY_EXPECT_OK(verifier_->Check(Token(Claims().Set(
      "aud", std::vector<std::string>{"other", std::string(testing::kAudience) + "/"}))));
}

TEST_F(VerifierTest, AnotherIssuerIsRefused) {
  EXPECT_EQ(Refusal(Token(Claims().Set("iss", "https://evil.example/v2.0"))),
            "The token's issuer 'https://evil.example/v2.0' (with tenant '72f988bf-0000-4000-8000-"
            "2d7cd011db47') is not among those accepted.");
  EXPECT_THAT(Refusal(Token(Claims().Remove("iss"))), HasSubstr("issuer ''"));
}

TEST_F(VerifierTest, IssuerAndTenantMustMatch) {
  EXPECT_THAT(Refusal(Token(Claims().Set("tid", testing::kOtherTenant))),
              HasSubstr("is not among those accepted"));
  EXPECT_THAT(Refusal(Token(Claims().Remove("tid"))), HasSubstr("is not among those accepted"));
}

TEST_F(VerifierTest, ATenantThatIsNotListedIsRefused) {
  JsonObject claims = Claims();
  claims.Set("tid", testing::kOtherTenant);
  claims.Set("iss", WithTenant("https://sts.windows.net/{tenantid}/", testing::kOtherTenant));
  EXPECT_THAT(Refusal(Token(claims)), HasSubstr("tenant '9188040d-0000-4000-8000-d2ea19a0a0a0' is "
                                                "not among those accepted from its issuer"));
}

TEST_F(VerifierTest, AnAppThatIsNotListedIsRefused) {
  std::vector<Issuer> issuers = EntraIssuers({testing::kTenant}, {testing::kAudience});
  for (Issuer& issuer : issuers) issuer.apps = {"app-1"};
  Open(issuers);
  ROOKERY_EXPECT_OK(verifier_->Check(Token(Claims())));
  EXPECT_THAT(Refusal(Token(Claims().Set("azp", "app-2"))), HasSubstr("the app 'app-2'"));
}

TEST_F(VerifierTest, WhatTheTokenSaysIsEscapedAndCutInMessages) {
  const std::string message =
      Refusal(Token(Claims().Set("iss", "a\n\x1b[31m'" + std::string(10'000, 'x'))));
  EXPECT_THAT(message, AllOf(HasSubstr("a\\n\\x1b[31m\\'xxx"), HasSubstr("...'")));
  EXPECT_LT(message.size(), 300U);
}

TEST_F(VerifierTest, AFixedIssuerWithKeysOfAnyTenantIsKeptApartFromEntra) {
  std::vector<Issuer> issuers = EntraIssuers({testing::kTenant}, {testing::kAudience});
  issuers.push_back({.url = "https://rookery.example/issuer",
                     .keys = "http://127.0.0.1:9442/keys",
                     .audiences = {testing::kAudience},
                     .tenants = {"dev"}});
  fetcher_.Publish("http://127.0.0.1:9442/keys", KeySetOf(TestKey(1)));
  Open(issuers);
  JsonObject own = Claims();
  own.Set("iss", "https://rookery.example/issuer").Set("tid", "dev");
  ROOKERY_EXPECT_OK(verifier_->Check(Token(own, 1)));
  ROOKERY_EXPECT_OK(verifier_->Check(Token(Claims(), 0)));
  // Neither may speak for the other, nor for the other's tenants.
  EXPECT_THAT(Refusal(Token(own, 0)), HasSubstr("does not publish"));
  EXPECT_THAT(Refusal(Token(Claims(), 1)), HasSubstr("does not publish"));
  EXPECT_THAT(Refusal(Token(own.Set("tid", testing::kTenant), 1)), HasSubstr("tenant"));
}

TEST_F(VerifierTest, AnyTenantMayComeInIfTheConfigurationSaysSo) {
  Open({{.url = "https://login.microsoftonline.com/{tenantid}/v2.0",
         .keys = testing::kKeysV2,
         .audiences = {testing::kAudience},
         .tenants = {"*"}}});
  JsonObject claims = Claims();
  claims.Set("tid", testing::kOtherTenant);
  claims.Set("iss", WithTenant("https://login.microsoftonline.com/{tenantid}/v2.0",
                               testing::kOtherTenant));
  ROOKERY_EXPECT_OK(verifier_->Check(Token(claims)));
  claims.Set("tid", "").Set("iss", "https://login.microsoftonline.com//v2.0");
  EXPECT_THAT(Refusal(Token(claims)), HasSubstr("tenant ''"));
}

TEST_F(VerifierTest, AnIssuerThatIsThereTwiceIsAFault) {
  std::vector<Issuer> issuers = EntraIssuers({testing::kTenant}, {testing::kAudience});
  issuers.push_back(issuers.front());
  EXPECT_THAT(Verifier::Open(issuers, &fetcher_, &clock_),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("twice")));
}

}  // namespace
}  // namespace rookery::tokens
