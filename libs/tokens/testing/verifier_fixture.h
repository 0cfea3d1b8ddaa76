// A verifier of Entra's tokens for one tenant, whose keys are TestKey(0), with a clock that stands.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/testing/status_matchers.h"
#include "libs/tokens/testing/fake_key_fetcher.h"
#include "libs/tokens/testing/tokens.h"
#include "libs/tokens/verifier.h"

namespace rookery::tokens::testing {

class VerifierFixture : public ::testing::Test {
 protected:
  VerifierFixture() {
    fetcher_.Publish(kKeysV1, KeySetOf(TestKey(0)));
    fetcher_.Publish(kKeysV2, KeySetOf(TestKey(0)));
    Open(EntraIssuers({kTenant}, {kAudience}));
  }

  void Open(std::vector<Issuer> issuers, VerifierOptions options = {}) {
    StatusOr<std::unique_ptr<Verifier>> verifier =
        Verifier::Open(std::move(issuers), &fetcher_, &clock_, options);
    ROOKERY_EXPECT_OK(verifier);
    verifier_ = *std::move(verifier);
  }

  JsonObject Claims() const { return UserClaims(clock_.Now()); }
  static std::string Token(const JsonObject& claims, size_t key = 0) {
    return *TestKey(key).SignToken(claims);
  }

  // Why the token is refused: UNAUTHENTICATED, in a sentence that holds no part of the token.
  std::string Refusal(const std::string& token) {
    const StatusOr<IdentityPtr> identity = verifier_->Check(token);
    EXPECT_THAT(identity, rookery::testing::StatusIs(absl::StatusCode::kUnauthenticated));
    const std::string message(identity.status().message());
    for (size_t begin = 0; begin + 24 <= token.size(); ++begin) {
      EXPECT_EQ(message.find(token.substr(begin, 24)), std::string::npos) << message;
    }
    return message;
  }

  FakeClock clock_;
  FakeKeyFetcher fetcher_;
  std::unique_ptr<Verifier> verifier_;
};

}  // namespace rookery::tokens::testing
