#include "libs/tokens/issuer.h"

#include <gmock/gmock.h>

#include "libs/base/testing/status_matchers.h"
#include "libs/tokens/key_location.h"

namespace rookery::tokens {
namespace {

using rookery::testing::StatusIs;
using ::testing::HasSubstr;

Issuer Good() {
  return {.url = "https://login.example/{tenantid}/v2.0",
          .keys = "https://login.example/keys",
          .audiences = {"https://rookery.example"},
          .tenants = {"t1", "t2"}};
}

MATCHER_P(IsFault, text, "") {
  return ::testing::ExplainMatchResult(
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(text)), CheckIssuer(arg),
      result_listener);
}

TEST(IssuerTest, EntrasAreGood) {
  ROOKERY_EXPECT_OK(CheckIssuer(Good()));
  for (const Issuer& issuer : EntraIssuers({"t1"}, {"api://rookery"})) {
    ROOKERY_EXPECT_OK(CheckIssuer(issuer));
    EXPECT_EQ(WithTenant(issuer.keys, "t1").find('{'), std::string::npos);
  }
}

TEST(IssuerTest, WhatIsMissingIsNamed) {
  Issuer issuer = Good();
  issuer.url = "";
  EXPECT_THAT(issuer, IsFault("no URL"));
  issuer = Good();
  issuer.audiences = {};
  EXPECT_THAT(issuer, IsFault("audiences"));
  issuer = Good();
  issuer.audiences = {""};
  EXPECT_THAT(issuer, IsFault("audiences"));
  issuer = Good();
  issuer.tenants = {};
  EXPECT_THAT(issuer, IsFault("name the tenants"));
}

TEST(IssuerTest, AnyTenantOnlyWhereTheIssuerNamesItAndKeysAreCommon) {
  Issuer issuer = Good();
  issuer.tenants = {"*"};
  ROOKERY_EXPECT_OK(CheckIssuer(issuer));
  issuer.tenants = {"*", "t1"};
  EXPECT_THAT(issuer, IsFault("alone"));
  issuer.tenants = {"*"};
  issuer.keys = "https://login.example/{tenantid}/keys";
  EXPECT_THAT(issuer, IsFault("one key set"));
  issuer = Good();
  issuer.tenants = {"*"};
  issuer.url = "https://login.example/";
  EXPECT_THAT(issuer, IsFault("{tenantid}"));
}

TEST(IssuerTest, TokensForAzuresManagementAreTakenOnlyExpressly) {
  Issuer issuer = Good();
  issuer.audiences.emplace_back("https://management.azure.com/");
  EXPECT_THAT(issuer, IsFault("not meant for this server"));
  issuer.allow_azure_management = true;
  EXPECT_THAT(issuer, IsFault("not meant for this server"));
  issuer.apps = {"app-1"};
  ROOKERY_EXPECT_OK(CheckIssuer(issuer));
  issuer.tenants = {"*"};
  EXPECT_THAT(issuer, IsFault("not meant for this server"));
}

TEST(KeyLocationTest, KeysComeOverTlsOrFromThisMachine) {
  for (const char* good : {"https://a/keys", "/etc/rookery/keys.json", "http://127.0.0.1:1/k",
                           "http://localhost/k", "http://[::1]:80/k", "http://localhost"}) {
    ROOKERY_EXPECT_OK(CheckKeyLocation(good)) << good;
  }
  for (const char* bad :
       {"", "keys.json", "http://a/keys", "http://127.0.0.1.evil.example/", "http://localhost.a/",
        "http://localhost80/", "http://localhost:80@a/", "http://localhost:x/", "ftp://localhost/",
        "HTTP://a/", "http://localhost.a/", "http://localhost80/", "file:///keys"}) {
    EXPECT_THAT(CheckKeyLocation(bad), StatusIs(absl::StatusCode::kInvalidArgument)) << bad;
  }
}

}  // namespace
}  // namespace rookery::tokens
