#include "libs/rpc/callers.h"

#include <absl/synchronization/notification.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "libs/base/testing/log_lines.h"
#include "libs/base/testing/status_matchers.h"
#include "libs/tokens/testing/fake_key_fetcher.h"
#include "libs/tokens/testing/tokens.h"
#include "libs/tokens/verifier.h"

namespace rookery::rpc {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using enum absl::StatusCode;
namespace fake = tokens::testing;

// Holds whoever fetches until it is opened.
class GatedFetcher final : public tokens::KeyFetcher {
 public:
  StatusOr<std::string> Fetch(const std::string& url) override {
    if (!begun_.HasBeenNotified()) begun_.Notify();
    open_.WaitForNotification();
    return published_.Fetch(url);
  }
  void Open() { open_.Notify(); }
  void WaitUntilAsked() { begun_.WaitForNotification(); }
  fake::FakeKeyFetcher& published() { return published_; }

 private:
  absl::Notification begun_;
  absl::Notification open_;
  fake::FakeKeyFetcher published_;
};

class CallersTest : public ::testing::Test {
 protected:
  CallersTest() {
    fetcher_.published().Publish(fake::kKeysV1, fake::KeySetOf(fake::TestKey(0)));
    fetcher_.published().Publish(fake::kKeysV2, fake::KeySetOf(fake::TestKey(0)));
    verifier_ = tokens::Verifier::Open(tokens::EntraIssuers({fake::kTenant}, {fake::kAudience}),
                                       &fetcher_, &clock_)
                    .value();
    callers_ = std::make_unique<Callers>(*verifier_, &registry_);
  }
  ~CallersTest() override {
    // Whatever waits for it must go on.
    if (!opened_) fetcher_.Open();
  }

  void OpenKeys() {
    opened_ = true;
    fetcher_.Open();
  }
  tokens::JsonObject Claims() const { return fake::UserClaims(clock_.Now()); }
  static std::string Token(const tokens::JsonObject& claims, size_t key = 0) {
    return *fake::TestKey(key).SignToken(claims);
  }
  static CallContext Showing(const std::string& authorization) {
    CallContext call;
    call.authorization = std::make_shared<const std::string>(authorization);
    return call;
  }
  // Waits for the answer.
  StatusOr<IdentityPtr> Identify(const CallContext& call) {
    StatusOr<IdentityPtr> result;
    absl::Notification done;
    callers_->Identify(call, [&](StatusOr<IdentityPtr> caller) {
      result = std::move(caller);
      done.Notify();
    });
    done.WaitForNotification();
    return result;
  }

  FakeClock clock_;
  metrics::Registry registry_;
  GatedFetcher fetcher_;
  bool opened_ = false;
  std::unique_ptr<tokens::Verifier> verifier_;
  std::unique_ptr<Callers> callers_;
};

TEST_F(CallersTest, SaysWhoCalls) {
  OpenKeys();
  const CallContext call = Showing("Bearer " + Token(Claims().Set("oid", "ann")));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const IdentityPtr caller, Identify(call));
  EXPECT_EQ(caller->object_id, "ann");
  EXPECT_EQ(callers_->EndOf(*caller), caller->expires_at + absl::Minutes(5));
  // From here on nobody waits.
  const auto again = callers_->IdentifyNow(call);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->value(), caller);
}

TEST_F(CallersTest, WithoutKeysTheCallersThreadDoesNotWait) {
  fetcher_.WaitUntilAsked();
  absl::Notification done;
  StatusOr<IdentityPtr> result;
  callers_->Identify(Showing("Bearer " + Token(Claims())), [&](StatusOr<IdentityPtr> caller) {
    result = std::move(caller);
    done.Notify();
  });
  EXPECT_FALSE(done.HasBeenNotified());
  // What needs no key is answered meanwhile.
  const auto refused = callers_->IdentifyNow(CallContext());
  ASSERT_TRUE(refused.has_value());
  EXPECT_THAT(*refused, StatusIs(kUnauthenticated));
  OpenKeys();
  done.WaitForNotification();
  ROOKERY_EXPECT_OK(result);
}

TEST_F(CallersTest, WithTheIssuerAwayNothingIsSaid) {
  fetcher_.published().GoDown();
  OpenKeys();
  EXPECT_THAT(Identify(Showing("Bearer " + Token(Claims()))), StatusIs(kUnavailable));
  EXPECT_THAT(registry_.Text(),
              HasSubstr("rookery_auth_refused_total{reason=\"keys_unavailable\"} 1\n"));
}

TEST_F(CallersTest, WhoStillWaitsAtTheEndIsTold) {
  fetcher_.WaitUntilAsked();
  int told = 0;
  for (int i = 0; i < 3; ++i) {
    callers_->IdentifyLater(Showing("Bearer " + Token(Claims())),
                            [&](const StatusOr<IdentityPtr>& caller) {
                              EXPECT_TRUE(caller.ok() || absl::IsUnavailable(caller.status()));
                              ++told;
                            });
  }
  std::jthread opener([this] { OpenKeys(); });
  callers_.reset();
  EXPECT_EQ(told, 3);
}

TEST_F(CallersTest, ARefusalIsCountedAndLoggedWithoutTheToken) {
  OpenKeys();
  ROOKERY_ASSERT_OK(Identify(Showing("Bearer " + Token(Claims()))));
  struct Case {
    std::string authorization;
    std::string reason;
  };
  const std::string expired = Token(Claims().Set("oid", "ann").Set("exp", absl::UnixEpoch()));
  const std::vector<Case> cases = {
      {"Basic c29tZWJvZHk6c2VjcmV0", "no_token"},
      {"Bearer opaque-text-of-no-issuer", "malformed"},
      {"Bearer " + expired, "expired"},
      {"Bearer " + Token(Claims().Set("aud", "https://other")), "audience"},
      {"Bearer " + Token(Claims().Set("iss", "https://other")), "issuer"},
      {"Bearer " + Token(Claims().Set("tid", fake::kOtherTenant)), "issuer"},
      {"Bearer " + Token(Claims(), 1), "unknown_key"},
  };
  for (const Case& one : cases) {
    rookery::testing::LogLines lines;
    EXPECT_THAT(Identify(Showing(one.authorization)), StatusIs(kUnauthenticated)) << one.reason;
    EXPECT_THAT(lines.text(), AllOf(HasSubstr("warning"), HasSubstr("reason=" + one.reason),
                                    Not(HasSubstr(one.authorization.substr(7, 30)))));
    EXPECT_THAT(registry_.Text(),
                HasSubstr("rookery_auth_refused_total{reason=\"" + one.reason + "\"} "));
  }
  rookery::testing::LogLines lines;
  EXPECT_THAT(Identify(Showing("Bearer " + expired)), StatusIs(kUnauthenticated));
  EXPECT_THAT(lines.text(), HasSubstr("claimed_oid='ann'"));
  EXPECT_THAT(registry_.Text(), HasSubstr("rookery_auth_refused_total{reason=\"expired\"} 2\n"));
}

}  // namespace
}  // namespace rookery::rpc
