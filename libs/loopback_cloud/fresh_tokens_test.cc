#include "libs/loopback_cloud/fresh_tokens.h"

#include <gmock/gmock.h>

#include <memory>
#include <utility>
#include <vector>

#include "libs/base/testing/status_matchers.h"
#include "libs/loopback_cloud/testing/fake_token_source.h"

namespace rookery::loopback_cloud {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

class FreshTokensTest : public ::testing::Test {
 protected:
  // Asks; what is given goes to given_, errors as their message.
  void Get(const std::string& audience = "a") {
    tokens_.Get(audience, [this](const StatusOr<AccessToken>& result) {
      given_.push_back(result.ok() ? result->token : std::string(result.status().message()));
    });
  }

  AccessToken Token(const std::string& text, absl::Duration life = absl::Hours(1)) {
    return AccessToken(text, clock_.Now() + life);
  }

  // The first token, good for `life`, was given.
  void Begin(absl::Duration life = absl::Hours(1)) {
    Get();
    source_.Answer(Token("first", life));
    ASSERT_THAT(given_, ElementsAre("first"));
    given_.clear();
    source_.audiences.clear();
  }

  FakeClock clock_;
  testing::FakeTokenSource source_;
  FreshTokens tokens_{source_, clock_};
  std::vector<std::string> given_;
};

TEST_F(FreshTokensTest, ATokenIsFetchedOnceAndKept) {
  Begin();
  clock_.Advance(absl::Minutes(49));
  Get();
  EXPECT_THAT(given_, ElementsAre("first"));
  EXPECT_THAT(source_.audiences, SizeIs(0));
}

TEST_F(FreshTokensTest, AudiencesDoNotShareTokens) {
  Get("a");
  Get("b");
  EXPECT_THAT(source_.audiences, ElementsAre("a", "b"));
}

TEST_F(FreshTokensTest, AllThatAskMeanwhileGetTheOneThatIsFetched) {
  Get();
  Get();
  Get();
  EXPECT_THAT(source_.audiences, SizeIs(1));
  EXPECT_THAT(given_, SizeIs(0));
  source_.Answer(Token("new"));
  EXPECT_THAT(given_, ElementsAre("new", "new", "new"));
}

TEST_F(FreshTokensTest, TenMinutesBeforeItsEndTheNextIsFetchedWhileItIsGivenAway) {
  Begin();
  clock_.Advance(absl::Minutes(51));
  Get();
  Get();
  EXPECT_THAT(given_, ElementsAre("first", "first"));
  EXPECT_THAT(source_.audiences, SizeIs(1));
  source_.Answer(Token("second"));
  Get();
  EXPECT_THAT(given_, ElementsAre("first", "first", "second"));
}

TEST_F(FreshTokensTest, FiveMinutesBeforeItsEndTheNextIsWaitedFor) {
  Begin();
  clock_.Advance(absl::Minutes(56));
  Get();
  EXPECT_THAT(given_, SizeIs(0));
  source_.Answer(Token("second"));
  EXPECT_THAT(given_, ElementsAre("second"));
}

TEST_F(FreshTokensTest, AShortLifeIsNotFetchedByEachRequest) {
  Begin(absl::Minutes(4));
  clock_.Advance(absl::Minutes(2));
  Get();
  EXPECT_THAT(given_, ElementsAre("first"));
  EXPECT_THAT(source_.audiences, SizeIs(0));
}

TEST_F(FreshTokensTest, AFailureIsToldAndTheNextRequestTriesAgain) {
  Get();
  source_.Answer(absl::UnavailableError("down"));
  Get();
  source_.Answer(Token("new"));
  EXPECT_THAT(given_, ElementsAre("down", "new"));
}

TEST_F(FreshTokensTest, WhileNoNewOneCanBeHadTheOldOneServesToItsEnd) {
  Begin();
  clock_.Advance(absl::Minutes(59));
  Get();
  source_.Answer(absl::UnavailableError("down"));
  EXPECT_THAT(given_, ElementsAre("first"));
  clock_.Advance(absl::Minutes(1));
  Get();
  source_.Answer(absl::UnavailableError("down"));
  EXPECT_THAT(given_, ElementsAre("first", "down"));
}

TEST_F(FreshTokensTest, AnAnswerWithinTheQuestionIsTaken) {
  source_.immediate = Token("now");
  Get();
  Get();
  EXPECT_THAT(given_, ElementsAre("now", "now"));
  EXPECT_THAT(source_.audiences, SizeIs(1));
}

TEST_F(FreshTokensTest, AnAnswerMayComeAfterItsEnd) {
  auto tokens = std::make_unique<FreshTokens>(source_, clock_);
  std::string given;
  tokens->Get("a", [&](const StatusOr<AccessToken>& result) { given = result->token; });
  tokens.reset();
  source_.Answer(Token("late"));
  EXPECT_EQ(given, "late");
}

}  // namespace
}  // namespace rookery::loopback_cloud
