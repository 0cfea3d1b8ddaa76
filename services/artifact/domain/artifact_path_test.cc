#include "services/artifact/domain/artifact_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"

namespace rookery::artifact {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::StartsWith;

std::string Repeated(std::string_view text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) repeated += text;
  return repeated;
}

class GoodPath : public ::testing::TestWithParam<std::string> {};

TEST_P(GoodPath, IsItsOwnKeyInTheDefaultWorkspace) {
  EXPECT_EQ(*BlobKey("default", GetParam()), GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    ArtifactPath, GoodPath,
    ::testing::Values("a", "0/3f/artifacts/model/MLmodel", "img+step+1+timestamp+2.png", "a b",
                      "...", "..a", "a..", ".hidden", "A/a", "\xc3\xbc/\xe6\x97\xa5", "a?b", "a:b",
                      "tab\there", "a/workspaces", "a/.rookery-uploads", "~", "C:",
                      // Names of images logged by MLflow 2.16: `%`, then a random id.
                      "images/i%step%1%timestamp%17%00aabb.png", "images/i%2e%2e.png",
                      "images/i%2faa.png", "images/i%5caa.png", "images/i%23aa.png",
                      "images/i%25aa.png", "100%", "%", "%2", "%zz", std::string(255, 'x'),
                      Repeated("1234567/", 511) + "12345678"));

class BadPath : public ::testing::TestWithParam<std::string> {};

TEST_P(BadPath, IsRefusedInEveryWorkspace) {
  for (const char* workspace : {"default", "team"}) {
    EXPECT_THAT(BlobKey(workspace, GetParam()),
                StatusIs(absl::StatusCode::kInvalidArgument, StartsWith("Invalid path: ")));
  }
}

INSTANTIATE_TEST_SUITE_P(ArtifactPath, BadPath,
                         ::testing::Values("..", ".", "../a", "a/..", "a/../b", "a/./b", "./a", "/",
                                           "/etc/passwd", "//a", "a//b", "a/", "a\\b", "..\\a",
                                           "a#b", "file:///etc/passwd", std::string("a\0b", 3),
                                           std::string("\0", 1), "%2e%2e", "%2E%2e/a", "a/%2e%2e/b",
                                           ".%2e/a", "a%2f..%2fb", "%2fetc/passwd", "%5cetc",
                                           "a%5c..%5cb", "%252e%252e/a", "%25252e%25252e",
                                           ".rookery-uploads", ".rookery-uploads/a",
                                           ".rookery-signing-key", std::string(256, 'x'),
                                           Repeated("1234567/", 512) + "a"));

TEST(ArtifactPath, OtherWorkspacesLieBesideTheDefaultOne) {
  EXPECT_EQ(*BlobKey("team", "a/b"), "workspaces/team/a/b");
  EXPECT_EQ(*BlobKey("team", ""), "workspaces/team");
  EXPECT_EQ(*BlobKey("default", ""), "");
}

TEST(ArtifactPath, TheDefaultWorkspaceCannotReachTheOthers) {
  EXPECT_THAT(BlobKey("default", "workspaces/team/a"),
              StatusIs(absl::StatusCode::kInvalidArgument, StartsWith("Invalid path: ")));
  EXPECT_THAT(BlobKey("default", "workspaces"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(*BlobKey("team", "workspaces/x"), "workspaces/team/workspaces/x");
  EXPECT_TRUE(IsHidden("default", "workspaces"));
  EXPECT_FALSE(IsHidden("team", "workspaces"));
}

TEST(ArtifactPath, AWorkspaceNameCannotLeadIntoAnother) {
  for (const char* workspace : {"", ".", "..", "a/b", "../a"}) {
    EXPECT_THAT(BlobKey(workspace, "a"), StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

}  // namespace
}  // namespace rookery::artifact
