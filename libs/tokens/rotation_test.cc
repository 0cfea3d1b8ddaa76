// A verifier while keys change, sources fail and tokens are remembered.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>
#include <vector>

#include "libs/tokens/testing/verifier_fixture.h"

namespace rookery::tokens {
namespace {

using rookery::testing::StatusIs;
using ::testing::HasSubstr;
using testing::KeySetOf;
using testing::TestKey;

class RotationTest : public testing::VerifierFixture {};

TEST_F(RotationTest, KeysAreFetchedOnceForManyTokens) {
  for (int i = 0; i < 3; ++i) {
    ROOKERY_EXPECT_OK(verifier_->Check(Token(Claims().Set("sub", std::to_string(i)))));
  }
  EXPECT_EQ(fetcher_.fetches(), 1);
}

TEST_F(RotationTest, AnUnknownKeyIsLookedForOnceAnInterval) {
  ROOKERY_ASSERT_OK(verifier_->Check(Token(Claims())));
  clock_.Advance(absl::Seconds(10));
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(Refusal(Token(Claims(), 1)), HasSubstr("does not publish"));
  }
  EXPECT_EQ(fetcher_.fetches(), 2);
  clock_.Advance(absl::Seconds(10));
  EXPECT_THAT(Refusal(Token(Claims(), 1)), HasSubstr("does not publish"));
  EXPECT_EQ(fetcher_.fetches(), 3);
}

TEST_F(RotationTest, ANewKeyIsTakenAndTheOldOneIsNotAnyMore) {
  const std::string old_token = Token(Claims(), 0);
  ROOKERY_ASSERT_OK(verifier_->Check(old_token));
  fetcher_.Publish(testing::kKeysV2, KeySetOf(TestKey(1)));
  clock_.Advance(absl::Seconds(10));
  ROOKERY_EXPECT_OK(verifier_->Check(Token(Claims(), 1)));
  EXPECT_EQ(fetcher_.fetches(), 2);
  // Not even though it was verified before, and remembered.
  EXPECT_THAT(Refusal(old_token), HasSubstr("does not publish"));
}

TEST_F(RotationTest, AWithdrawnKeyIsNoticedByRefreshingWhileOnlyItsTokensCome) {
  const std::string token = Token(Claims().Set("exp", clock_.Now() + absl::Hours(24)));
  ROOKERY_ASSERT_OK(verifier_->Check(token));
  fetcher_.Publish(testing::kKeysV2, KeySetOf(TestKey(1)));
  clock_.Advance(absl::Minutes(59));
  ROOKERY_EXPECT_OK(verifier_->Check(token));
  clock_.Advance(absl::Minutes(1));
  EXPECT_THAT(Refusal(token), HasSubstr("does not publish"));
}

TEST_F(RotationTest, OldKeysServeWhileTheSourceIsDown) {
  ROOKERY_ASSERT_OK(verifier_->Check(Token(Claims())));
  fetcher_.GoDown();
  clock_.Advance(absl::Hours(30));
  for (int i = 0; i < 3; ++i) {
    ROOKERY_EXPECT_OK(verifier_->Check(Token(Claims().Set("sub", std::to_string(i)))));
  }
  EXPECT_EQ(fetcher_.fetches(), 2) << "failures are limited too";
  // Whether a new key is the issuer's cannot be told now.
  EXPECT_THAT(verifier_->Check(Token(Claims(), 1)),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("connection refused")));
}

TEST_F(RotationTest, ADocumentWithoutKeysDoesNotReplaceThoseInUse) {
  ROOKERY_ASSERT_OK(verifier_->Check(Token(Claims())));
  for (const char* document :
       {"", "<html>", "{}", R"({"keys":[]})", R"({"keys":[{"kty":"EC"}]})"}) {
    fetcher_.Publish(testing::kKeysV2, document);
    clock_.Advance(absl::Hours(1));
    ROOKERY_EXPECT_OK(verifier_->Check(Token(Claims())));
  }
  EXPECT_EQ(fetcher_.fetches(), 6);
}

TEST_F(RotationTest, WithoutKeysNothingIsKnownOfAToken) {
  fetcher_.GoDown();
  EXPECT_THAT(verifier_->Check(Token(Claims())),
              StatusIs(absl::StatusCode::kUnavailable,
                       "The token cannot be checked: the keys of its issuer could not be fetched: "
                       "connection refused"));
  fetcher_.ComeBack();
  clock_.Advance(absl::Seconds(10));
  ROOKERY_EXPECT_OK(verifier_->Check(Token(Claims())));
}

TEST_F(RotationTest, ThreadsThatMustNotBlockAreToldToSendAnother) {
  const std::string token = Token(Claims());
  EXPECT_FALSE(verifier_->CheckWithoutFetch(token).has_value());
  EXPECT_EQ(fetcher_.fetches(), 0);
  ROOKERY_ASSERT_OK(verifier_->FetchKeys());
  const auto answer = verifier_->CheckWithoutFetch(token);
  ASSERT_TRUE(answer.has_value());
  ROOKERY_EXPECT_OK(*answer);
  // Nothing is to be fetched for what is wrong anyway.
  clock_.Advance(absl::Seconds(10));
  EXPECT_TRUE(verifier_->CheckWithoutFetch("no token").has_value());
  EXPECT_FALSE(verifier_->CheckWithoutFetch(Token(Claims(), 1)).has_value());
}

TEST_F(RotationTest, FetchingAheadFetchesTheKeysOfAllIssuersAndTenants) {
  Open(EntraIssuers({testing::kTenant, testing::kOtherTenant}, {testing::kAudience}));
  EXPECT_THAT(verifier_->FetchKeys(), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(fetcher_.fetches(), 4) << "one failure does not keep the others from being fetched";
}

TEST_F(RotationTest, ARememberedTokenIsNotVerifiedAgain) {
  const std::string token = Token(Claims());
  ROOKERY_ASSERT_OK_AND_ASSIGN(const IdentityPtr first, verifier_->Check(token));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const IdentityPtr second, verifier_->Check(token));
  EXPECT_EQ(first, second);
}

TEST_F(RotationTest, ManyThreadsAgreeWhileKeysRotate) {
  const std::string tokens[] = {Token(Claims(), 0), Token(Claims(), 1)};
  const std::string documents[] = {KeySetOf(TestKey(0)), KeySetOf(TestKey(1))};
  Open(EntraIssuers({testing::kTenant}, {testing::kAudience}),
       {.max_cached_tokens = 1,
        .keys = {.refresh_after = absl::ZeroDuration(), .fetch_interval = absl::ZeroDuration()}});
  std::atomic<int> accepted = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = 0; i < 200; ++i) {
          if (i % 10 == 0) fetcher_.Publish(testing::kKeysV2, documents[(i / 10 + thread) % 2]);
          const StatusOr<IdentityPtr> who = verifier_->Check(tokens[i % 2]);
          if (who.ok()) {
            accepted += (*who)->object_id == "oid-1" ? 1 : 0;
          } else {
            EXPECT_THAT(who, StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("publish")));
          }
        }
      });
    }
  }
  EXPECT_GT(accepted, 0);
  // When it is calm again, the published key counts.
  fetcher_.Publish(testing::kKeysV2, documents[0]);
  ROOKERY_EXPECT_OK(verifier_->Check(tokens[0]));
  EXPECT_THAT(Refusal(tokens[1]), HasSubstr("does not publish"));
}

}  // namespace
}  // namespace rookery::tokens
