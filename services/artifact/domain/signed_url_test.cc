#include "services/artifact/domain/signed_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"

namespace rookery::artifact {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;

constexpr absl::StatusCode kRefused = absl::StatusCode::kUnauthenticated;
constexpr absl::StatusCode kNotAllowed = absl::StatusCode::kPermissionDenied;

absl::Time Now() { return absl::FromUnixSeconds(1'700'000'000); }
absl::Time Expiry() { return Now() + absl::Hours(1); }

class SignedUrl : public ::testing::Test {
 protected:
  SharedAccess Blob(const std::string& path, const std::string& permissions = "rcw") const {
    return SignUrl(keys_, "team", path, false, permissions, Expiry());
  }
  SharedAccess Container(const std::string& permissions = "rcwl") const {
    return SignUrl(keys_, "team", "", true, permissions, Expiry());
  }
  Status Check(const SharedAccess& access, const std::string& path, char permission = kMayRead,
               absl::Time now = Now(), const std::string& container = "team") const {
    return CheckAccess(keys_, container, path, access, permission, now);
  }

  const SigningKeys keys_ = SigningKeys::Parse(SigningKeys::NewLine().value()).value();
};

TEST_F(SignedUrl, OfABlobIsGoodForThatBlobAlone) {
  ROOKERY_EXPECT_OK(Check(Blob("a/b"), "a/b"));
  EXPECT_THAT(Check(Blob("a/b"), "a/c"), StatusIs(kRefused));
  EXPECT_THAT(Check(Blob("a/b"), "a/b/c"), StatusIs(kRefused));
  EXPECT_THAT(Check(Blob("a/b"), ""), StatusIs(kRefused));
  EXPECT_THAT(Check(Blob("a/b"), "a/b", kMayRead, Now(), "other"), StatusIs(kRefused));
  // The container may not take a part of the path, nor give one.
  EXPECT_THAT(Check(Blob("a/b"), "b", kMayRead, Now(), "team/a"), StatusIs(kRefused));
}

TEST_F(SignedUrl, OfAContainerIsGoodForAllBlobsInIt) {
  ROOKERY_EXPECT_OK(Check(Container(), "a/b"));
  ROOKERY_EXPECT_OK(Check(Container(), "", kMayList));
  EXPECT_THAT(Check(Container(), "a", kMayRead, Now(), "other"), StatusIs(kRefused));
}

TEST_F(SignedUrl, AllowsWhatItNames) {
  EXPECT_THAT(Check(Blob("a", "r"), "a", kMayWrite), StatusIs(kNotAllowed, HasSubstr("'w'")));
  EXPECT_THAT(Check(Blob("a", "cw"), "a", kMayRead), StatusIs(kNotAllowed));
  EXPECT_THAT(Check(Container("rcw"), "", kMayList), StatusIs(kNotAllowed));
  ROOKERY_EXPECT_OK(Check(Blob("a", "cw"), "a", kMayWrite));
}

TEST_F(SignedUrl, OfABlobNeverListsItsContainer) {
  const SharedAccess made = SignUrl(keys_, "team", "", false, "rl", Expiry());
  EXPECT_THAT(Check(made, "", kMayList), StatusIs(kNotAllowed));
}

TEST_F(SignedUrl, Expires) {
  ROOKERY_EXPECT_OK(Check(Blob("a"), "a", kMayRead, Expiry() - absl::Milliseconds(1)));
  EXPECT_THAT(Check(Blob("a"), "a", kMayRead, Expiry()), StatusIs(kRefused, HasSubstr("expired")));
}

TEST_F(SignedUrl, IsRefusedWhenAnyPartWasChanged) {
  const SharedAccess good = Blob("a", "r");
  for (std::string SharedAccess::* part :
       {&SharedAccess::version, &SharedAccess::resource, &SharedAccess::permissions,
        &SharedAccess::expiry, &SharedAccess::signature}) {
    for (const char* value : {"", "c", "rcwl", "2999-01-01T00:00:00Z", "x\ny"}) {
      SharedAccess changed = good;
      changed.*part = value;
      EXPECT_THAT(Check(changed, "a"), StatusIs(kRefused)) << value;
    }
  }
}

TEST_F(SignedUrl, PartsCannotBeMovedIntoEachOther) {
  SharedAccess moved = Blob("a");
  moved.version += "\nb";
  moved.resource = "";
  EXPECT_THAT(Check(moved, "a"), StatusIs(kRefused));
}

TEST_F(SignedUrl, IsWrittenAsAQueryWithoutSpecialCharacters) {
  const std::string query = QueryOf(Blob("a"));
  EXPECT_THAT(query,
              ::testing::StartsWith("sv=2021-12-02&sr=b&sp=rcw&se=2023-11-14T23%3A13%3A20Z&sig="));
  EXPECT_EQ(query.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                    "0123456789-._~=&%"),
            std::string::npos);
}

}  // namespace
}  // namespace rookery::artifact
