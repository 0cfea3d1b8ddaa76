#include "libs/program/token_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"

namespace rookery::program {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;
using enum absl::StatusCode;

constexpr char kTenant[] = "72f988bf-0000-4000-8000-2d7cd011db47";

Exposure Loopback() { return {.flag = "--host", .host = "127.0.0.1"}; }
Exposure Everywhere() { return {.flag = "--host", .host = "0.0.0.0"}; }

TokenFlags Entra() {
  TokenFlags flags;
  flags.entra_tenants = {kTenant};
  flags.audiences = {"api://rookery"};
  return flags;
}

TEST(TokenCheckTest, WithoutFlagsNobodyIsAsked) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto none, TokenCheck::Open({}, Loopback()));
  EXPECT_EQ(none, nullptr);
  EXPECT_EQ(CallersOf(nullptr, nullptr), nullptr);
}

TEST(TokenCheckTest, TheFlagsThatGoTogetherAreAccepted) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto entra, TokenCheck::Open(Entra(), Everywhere()));
  EXPECT_NE(entra, nullptr);
  TokenFlags own;
  own.issuers = {"http://127.0.0.1:9442", "https://login.example.org"};
  own.keys = {"http://127.0.0.1:9442/keys", "/etc/keys.json"};
  own.tenants = {kTenant};
  own.audiences = {"https://localhost:5000"};
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto both, TokenCheck::Open(own, Loopback()));
  EXPECT_NE(both, nullptr);
}

TEST(TokenCheckTest, WhatIsMissingIsSaid) {
  const auto refused = [](const TokenFlags& flags, const char* words) {
    EXPECT_THAT(TokenCheck::Open(flags, Loopback()).status(),
                StatusIs(kInvalidArgument, HasSubstr(words)));
  };
  TokenFlags flags;
  flags.audiences = {"api://rookery"};
  refused(flags, "--entra-tenant, or --token-issuer");
  flags = Entra();
  flags.audiences.clear();
  refused(flags, "--token-audience");
  flags = Entra();
  flags.issuers = {"https://login.example.org"};
  flags.tenants = {kTenant};
  refused(flags, "--token-keys the keys of 0");
  flags.keys = {"http://login.example.org/keys"};
  refused(flags, "neither an https URL");
  flags.keys = {"/etc/keys.json"};
  flags.tenants.clear();
  refused(flags, "--token-tenant");
  flags = Entra();
  flags.keys_ca = "none.pem";
  refused(flags, "none.pem");
}

TEST(TokenCheckTest, TokensForAzureItselfAreTakenOnlyIfThatIsSaidInFull) {
  TokenFlags flags = Entra();
  flags.audiences = {"https://management.azure.com/"};
  EXPECT_THAT(TokenCheck::Open(flags, Loopback()).status(), StatusIs(kInvalidArgument));
  flags.allow_azure_management = true;
  EXPECT_THAT(TokenCheck::Open(flags, Loopback()).status(), StatusIs(kInvalidArgument));
  flags.apps = {"client-app"};
  ROOKERY_EXPECT_OK(TokenCheck::Open(flags, Loopback()));
}

TEST(ExposureTest, OtherMachinesAreServedOnlyIfSomebodyAsksWhoTheyAre) {
  for (const char* host : {"127.0.0.1", "127.8.9.1", "::1", "localhost"}) {
    ROOKERY_EXPECT_OK(TokenCheck::Open({}, {.flag = "--host", .host = host}));
  }
  for (const char* host : {"0.0.0.0", "::", "10.0.0.1", "rookery.example.org", "localhost.example",
                           "127.0.0.1.example", "::ffff:10.0.0.1", ""}) {
    EXPECT_THAT(TokenCheck::Open({}, {.flag = "--host", .host = host}).status(),
                StatusIs(kInvalidArgument, HasSubstr("--insecure-allow-unauthenticated")))
        << host;
    ROOKERY_EXPECT_OK(TokenCheck::Open(Entra(), {.flag = "--host", .host = host}));
  }
  TokenFlags flags;
  flags.insecure_allow_unauthenticated = true;
  ROOKERY_EXPECT_OK(TokenCheck::Open(flags, Everywhere()));
  Exposure certificates = Everywhere();
  certificates.asks_for_client_certificates = true;
  ROOKERY_EXPECT_OK(TokenCheck::Open({}, certificates));
}

}  // namespace
}  // namespace rookery::program
