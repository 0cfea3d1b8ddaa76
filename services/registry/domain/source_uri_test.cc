#include "services/registry/domain/source_uri.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"

namespace rookery::registry {
namespace {

using ::rookery::testing::IsOk;
using ::testing::Not;

TEST(SourceUriTest, IsTakenApartAsPythonDoes) {
  const SourceUri uri = ParseSourceUri("S3://Bucket@host:1/a//b?q=/../#f");
  EXPECT_EQ(uri.scheme, "s3");
  EXPECT_EQ(uri.authority, "Bucket@host:1");
  EXPECT_EQ(uri.path, "/a//b");
  EXPECT_EQ(ParseSourceUri("s3:b/x").path, "b/x");
  EXPECT_EQ(ParseSourceUri("a/b:c").scheme, "");
  EXPECT_EQ(ParseSourceUri("ä:/x").scheme, "");
  EXPECT_EQ(ParseSourceUri("1a:/x").scheme, "");
  EXPECT_EQ(ParseSourceUri("//host/p").authority, "host");
  EXPECT_EQ(ParseSourceUri(":").scheme, "");
}

TEST(SourceUriTest, AbsolutePathsPass) {
  for (const char* source :
       {"s3://b/p", "s3:/b/x", "s3://b/a//b", "s3://b/a/", "s3://b/p?x=1", "s3://b/p#frag",
        "s3://b/..x/y", "s3://b/a%20b", "s3://b/100%", "s3://b/%zz", "dbfs:/x", "c:/x"}) {
    EXPECT_THAT(CheckAbsolute(source), IsOk()) << source;
  }
}

TEST(SourceUriTest, RelativePartsAreFoundHoweverOftenTheyAreEncoded) {
  for (const char* source :
       {"s3://b/../x", "s3://b/x/..", "s3://b/%2e%2e/x", "s3://b/%252e%252e/x", "s3://b/a%2f..%2fb",
        "s3://b/%25252e%25252e%25252fx", "s3://b/./a", "s3://b/a/.", "s3://b/..?x",
        "s3://b/a?b/../c", "s3://b/a#/../c", "runs:/r/../x", "s3://b/%2E./x"}) {
    EXPECT_THAT(CheckAbsolute(source), Not(IsOk())) << source;
  }
}

TEST(SourceUriTest, ControlCharactersAndMissingPathsAreRefused) {
  for (const char* source :
       {"s3://b/a%00b", "s3://b/a%0ab", "s3://b/\t../x", "s3://b/a\x7f", "s3://b", "s3://b/",
        "s3://b?x=../y", "s3:b/x", "runs:/", "models:", "C:\\x"}) {
    EXPECT_THAT(CheckAbsolute(source), Not(IsOk())) << source;
  }
}

TEST(SourceUriTest, ManyLevelsOfEncodingAreUndoneInReasonableTime) {
  std::string source = "s3://b/%";
  for (int i = 0; i < 1000; ++i) source += "25";
  EXPECT_THAT(CheckAbsolute(source + "2e./x"), Not(IsOk()));
}

TEST(SourceUriTest, LiesWithinARootWhosePartsItBeginsWith) {
  const std::string root = "mlflow-artifacts:/1/r/artifacts";
  EXPECT_TRUE(IsWithin(root, root));
  EXPECT_TRUE(IsWithin(root + "/m", root));
  EXPECT_TRUE(IsWithin("mlflow-artifacts:/1//r/artifacts/m", root + "/"));
  EXPECT_TRUE(IsWithin("mlflow-artifacts:/%31/r/artifacts", root));
  EXPECT_TRUE(IsWithin("S3://B/a/b", "s3://b/a"));
  EXPECT_FALSE(IsWithin(root + "X", root));
  EXPECT_FALSE(IsWithin("mlflow-artifacts:/1/r", root));
  EXPECT_FALSE(IsWithin("mlflow-artifacts://h/1/r/artifacts", root));
  EXPECT_FALSE(IsWithin("s3://c/a/b", "s3://b/a"));
  EXPECT_FALSE(IsWithin(root, ""));
  EXPECT_FALSE(IsWithin("s3://b/a", "s3://b"));
}

TEST(SourceUriTest, FindsTheRunOfARunsUri) {
  EXPECT_EQ(RunOf(ParseSourceUri("runs:/r/a/b")), "r");
  EXPECT_EQ(RunOf(ParseSourceUri("runs:/r")), "r");
  EXPECT_EQ(RunOf(ParseSourceUri("runs://r/a")), "");
  EXPECT_EQ(RunOf(ParseSourceUri("runs:r/a")), "");
}

TEST(SourceUriTest, ReadsTheFormsOfModelUris) {
  const auto parse = [](const char* uri) { return ParseModelUri(ParseSourceUri(uri)); };
  EXPECT_EQ(parse("models:/m-1")->logged_model_id, "m-1");
  EXPECT_EQ(parse("models:/m/12")->version, 12);
  EXPECT_EQ(parse("models:/m/12")->name, "m");
  EXPECT_EQ(parse("models:/m/LATEST")->stage, "");
  EXPECT_EQ(parse("models:/m/Staging")->stage, "Staging");
  EXPECT_EQ(parse("models:/m/-1")->stage, "-1");
  EXPECT_EQ(parse("models:/a@b@c")->name, "a@b");
  EXPECT_EQ(parse("models:/a@b@c")->alias, "c");
  for (const char* uri : {"models:", "models:/", "models:m", "models:/a/b/c", "models:/m/ ",
                          "models:/ /1", "models:/m@", "models:/@x"}) {
    EXPECT_FALSE(parse(uri).has_value()) << uri;
  }
}

}  // namespace
}  // namespace rookery::registry
