#include "services/artifact/domain/url_signer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"

namespace rookery::artifact {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;

class UrlSignerTest : public ::testing::Test {
 protected:
  void SetUp() override { call_.workspace = "team"; }

  static v1::SignArtifactUrlsRequest For(const std::vector<std::string>& paths) {
    v1::SignArtifactUrlsRequest request;
    for (const std::string& path : paths) request.add_paths(path);
    request.add_permissions(v1::URL_PERMISSION_READ);
    return request;
  }

  void ExpectRefused(const v1::SignArtifactUrlsRequest& request) const {
    EXPECT_THAT(signer_.Sign(call_, request), StatusIs(absl::StatusCode::kInvalidArgument))
        << request.ShortDebugString();
  }

  FakeClock clock_;
  const SigningKeys keys_ = SigningKeys::Parse(SigningKeys::NewLine().value()).value();
  const UrlSigner signer_{keys_, clock_};
  CallContext call_;
};

TEST_F(UrlSignerTest, GivesOneUrlForEachPathInTheirOrder) {
  auto request = For({"b", "a/\xc3\xa9 +.txt"});
  request.add_permissions(v1::URL_PERMISSION_WRITE);
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto response, signer_.Sign(call_, request));
  ASSERT_EQ(response.urls_size(), 2);
  EXPECT_EQ(response.urls(0).path(), "b");
  EXPECT_EQ(response.urls(0).resource(), "team/b");
  EXPECT_EQ(response.urls(1).path(), "a/\xc3\xa9 +.txt");
  EXPECT_EQ(response.urls(1).resource(), "team/a/%C3%A9%20%2B.txt");
  EXPECT_THAT(response.urls(1).query(), HasSubstr("sr=b&sp=rcw&se="));
}

TEST_F(UrlSignerTest, GivesOneUrlForAContainer) {
  auto request = For({});
  request.set_container(true);
  request.add_permissions(v1::URL_PERMISSION_LIST);
  request.add_permissions(v1::URL_PERMISSION_WRITE);
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto response, signer_.Sign(call_, request));
  ASSERT_EQ(response.urls_size(), 1);
  EXPECT_EQ(response.urls(0).resource(), "team");
  EXPECT_THAT(response.urls(0).query(), HasSubstr("sr=c&sp=rcwl&se="));
}

TEST_F(UrlSignerTest, TheyAreGoodForAnHourOrAsLongAsIsAskedAndNoLongerThanAWeek) {
  const auto expiry = [&](const v1::SignArtifactUrlsRequest& request) {
    return absl::FromUnixMillis(signer_.Sign(call_, request).value().expiry_time_ms());
  };
  auto request = For({"a"});
  EXPECT_EQ(expiry(request), clock_.Now() + absl::Hours(1));
  request.set_lifetime_seconds(7 * 24 * 3600);
  EXPECT_EQ(expiry(request), clock_.Now() + absl::Hours(7 * 24));
  clock_.Advance(absl::Milliseconds(1));
  request.set_lifetime_seconds(1);
  EXPECT_EQ(expiry(request), clock_.Now() + absl::Milliseconds(1999));
  for (const int lifetime : {0, -1, 7 * 24 * 3600 + 1}) {
    request.set_lifetime_seconds(lifetime);
    ExpectRefused(request);
  }
}

TEST_F(UrlSignerTest, RefusesWhatNamesNoFileOrNoPermission) {
  ExpectRefused(For({}));
  ExpectRefused(For({"a", ""}));
  ExpectRefused(For({"../a"}));
  ExpectRefused(For({".rookery-signing-key"}));
  ExpectRefused(For(std::vector<std::string>(1001, "a")));
  auto both = For({"a"});
  both.set_container(true);
  ExpectRefused(both);
  auto lists = For({"a"});
  lists.add_permissions(v1::URL_PERMISSION_LIST);
  ExpectRefused(lists);
  auto none = For({"a"});
  none.clear_permissions();
  ExpectRefused(none);
  auto unknown = For({"a"});
  unknown.add_permissions(static_cast<v1::UrlPermission>(17));
  ExpectRefused(unknown);
}

TEST_F(UrlSignerTest, TheDefaultWorkspaceSignsNothingOfTheOthers) {
  call_.workspace = "default";
  ExpectRefused(For({"workspaces/team/a"}));
}

TEST_F(UrlSignerTest, ASignatureOfOneWorkspaceIsNoneOfAnother) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto theirs, signer_.Sign(call_, For({"a"})));
  call_.workspace = "other";
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto ours, signer_.Sign(call_, For({"a"})));
  EXPECT_NE(theirs.urls(0).query(), ours.urls(0).query());
}

}  // namespace
}  // namespace rookery::artifact
