#include "services/tracking/domain/artifact_locations.h"

#include <gmock/gmock.h>

#include "libs/base/testing/status_matchers.h"

namespace rookery::tracking {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;
using enum absl::StatusCode;

TEST(ArtifactLocationsTest, LieBelowTheRoot) {
  const ArtifactLocations locations("mlflow-artifacts:/");
  EXPECT_EQ(locations.OfExperiment("default", "1", {}), "mlflow-artifacts:/1");
  EXPECT_EQ(locations.OfRun("default", "1", {}, "r"), "mlflow-artifacts:/1/r/artifacts");
  EXPECT_EQ(locations.OfLoggedModel("default", "1", {}, "m-1"),
            "mlflow-artifacts:/1/models/m-1/artifacts");
}

TEST(ArtifactLocationsTest, ARootWithAFolderIsJoinedWithOneSlash) {
  for (const char* root : {"s3://b/x", "s3://b/x/"}) {
    const ArtifactLocations locations(root);
    EXPECT_EQ(locations.OfExperiment("default", "1", {}), "s3://b/x/1");
    EXPECT_EQ(locations.OfRun("default", "1", {}, "r"), "s3://b/x/1/r/artifacts");
  }
}

TEST(ArtifactLocationsTest, AnExperimentsOwnLocationReplacesRootAndId) {
  const ArtifactLocations locations("mlflow-artifacts:/");
  EXPECT_EQ(locations.OfExperiment("default", "1", "s3://b/y"), "s3://b/y");
  EXPECT_EQ(locations.OfRun("default", "1", "s3://b/y", "r"), "s3://b/y/r/artifacts");
  EXPECT_EQ(locations.OfLoggedModel("default", "1", "s3://b/y", "m-1"),
            "s3://b/y/models/m-1/artifacts");
}

// The artifact service keeps workspaces apart by itself; no other store does.
TEST(ArtifactLocationsTest, OtherWorkspacesLieApart) {
  const ArtifactLocations served("mlflow-artifacts:/");
  EXPECT_EQ(served.Root("team"), "mlflow-artifacts:/");
  EXPECT_EQ(served.OfRun("team", "1", {}, "r"), "mlflow-artifacts:/1/r/artifacts");
  const ArtifactLocations elsewhere("s3://b/x");
  EXPECT_EQ(elsewhere.Root("default"), "s3://b/x/");
  EXPECT_EQ(elsewhere.Root("team"), "s3://b/x/workspaces/team/");
  EXPECT_EQ(elsewhere.OfExperiment("team", "1", {}), "s3://b/x/workspaces/team/1");
  EXPECT_EQ(elsewhere.OfRun("team", "1", {}, "r"), "s3://b/x/workspaces/team/1/r/artifacts");
  EXPECT_EQ(elsewhere.OfLoggedModel("team", "1", {}, "m-1"),
            "s3://b/x/workspaces/team/1/models/m-1/artifacts");
  EXPECT_EQ(elsewhere.OfExperiment("team", "1", "s3://b/y"), "s3://b/y");
}

TEST(CheckArtifactLocationTest, PlainUrisPass) {
  for (const char* good : {"", "s3://b/x", "/srv/artifacts", "mlflow-artifacts:/a", "a..b/c"}) {
    ROOKERY_EXPECT_OK(CheckArtifactLocation(good)) << good;
  }
  ROOKERY_EXPECT_OK(CheckArtifactLocation(std::string(2048, 'x')));
}

TEST(CheckArtifactLocationTest, OthersAreRefused) {
  EXPECT_THAT(
      CheckArtifactLocation("s3://b/x#f"),
      StatusIs(kInvalidArgument, "'artifact_location' URL can't include fragments or params."));
  for (const char* host : {"mlflow-artifacts://host/a", "HTTP://host/a", "hdfs://host/a"}) {
    EXPECT_THAT(CheckArtifactLocation(host),
                StatusIs(kInvalidArgument, HasSubstr("names the host to read from")));
  }
  EXPECT_THAT(CheckArtifactLocation("s3://b/x?q"), StatusIs(kInvalidArgument, HasSubstr("'?'")));
  EXPECT_THAT(CheckArtifactLocation("s3://b/../x"), StatusIs(kInvalidArgument, HasSubstr("'..'")));
  EXPECT_THAT(
      CheckArtifactLocation("runs:/a/b"),
      StatusIs(kInvalidArgument, "Artifact location cannot be a runs:/ URI. Given: 'runs:/a/b'"));
  EXPECT_THAT(CheckArtifactLocation(std::string(2049, 'x')),
              StatusIs(kInvalidArgument,
                       "Invalid artifact path length. The length of the artifact path cannot be "
                       "greater than 2048 characters."));
}

}  // namespace
}  // namespace rookery::tracking
