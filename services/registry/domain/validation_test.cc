#include "services/registry/domain/validation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"

namespace rookery::registry {
namespace {

using ::rookery::testing::IsOk;
using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;
using enum absl::StatusCode;

std::string Repeated(std::string_view text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) repeated += text;
  return repeated;
}

TEST(ValidationTest, ModelNames) {
  for (const std::string& name : {std::string("a%b"), std::string("a'b"), std::string("a.b"),
                                  std::string("ä b"), std::string("#"), Repeated("ä", 256)}) {
    EXPECT_THAT(CheckModelName(name), IsOk()) << name;
  }
  EXPECT_THAT(CheckModelName(" \t"),
              StatusIs(kInvalidArgument, "Missing value for required parameter 'name'."));
  EXPECT_THAT(
      CheckModelName("a:b"),
      StatusIs(kInvalidArgument, "Invalid model name 'a:b'. Names cannot contain '/' or ':'."));
  EXPECT_THAT(CheckModelName(".."),
              StatusIs(kInvalidArgument,
                       HasSubstr("Invalid value \"..\" for parameter 'name' supplied: ")));
  EXPECT_THAT(CheckModelName("."), StatusIs(kInvalidArgument));
  EXPECT_THAT(CheckModelName(Repeated("ä", 257)),
              StatusIs(kInvalidArgument, "'name' exceeds the maximum length of 256 characters"));
}

TEST(ValidationTest, Tags) {
  EXPECT_THAT(CheckModelTag(Repeated("k", 250), Repeated("v", 100'000)), IsOk());
  EXPECT_THAT(CheckModelTag(Repeated("k", 251), ""),
              StatusIs(kInvalidArgument, "'key' exceeds the maximum length of 250 characters"));
  EXPECT_THAT(
      CheckModelTag("k", Repeated("v", 100'001)),
      StatusIs(kInvalidArgument, "'value' exceeds the maximum length of 100000 characters"));
  EXPECT_THAT(CheckModelTag("", "v"),
              StatusIs(kInvalidArgument, HasSubstr("Invalid value \"\" for parameter 'key'")));
  EXPECT_THAT(CheckVersionTag("mlflow.prompt.text", Repeated("v", 100'001)),
              StatusIs(kInvalidArgument, "Prompt text exceeds max length of 100000 characters."));
}

TEST(ValidationTest, Aliases) {
  for (const char* alias : {"a", "v", "vx", "1", "ü", "a_b-C", "v1x", "xlatest"}) {
    EXPECT_THAT(CheckNewAlias(alias), IsOk()) << alias;
  }
  EXPECT_THAT(CheckNewAlias(Repeated("ü", 255)), IsOk());
  EXPECT_THAT(CheckNewAlias(Repeated("x", 256)),
              StatusIs(kInvalidArgument,
                       "'Registered model alias name' exceeds the maximum length of 255 "
                       "characters"));
  EXPECT_THAT(CheckNewAlias("v1"),
              StatusIs(kInvalidArgument, "Version alias name 'v1' is reserved."));
  EXPECT_THAT(CheckNewAlias("V22"), StatusIs(kInvalidArgument));
  EXPECT_THAT(CheckNewAlias("LATEST"),
              StatusIs(kInvalidArgument, "'latest' alias name (case insensitive) is reserved."));
  for (const char* alias : {"", "a b", "a.b", "a/b", "a\n", "a@b", "😀"}) {
    EXPECT_THAT(CheckAlias(alias), StatusIs(kInvalidArgument)) << alias;
  }
  EXPECT_THAT(CheckAlias("latest"), IsOk());
}

TEST(ValidationTest, Versions) {
  for (const char* version : {"3", "03", " 3 ", "+3"}) {
    EXPECT_EQ(*ParseVersion(version), 3) << version;
  }
  for (const char* version : {"", "x", "1.0", "3x", "99999999999999999999"}) {
    EXPECT_THAT(ParseVersion(version), StatusIs(kInvalidArgument)) << version;
  }
}

TEST(ValidationTest, NewModelsAndVersions) {
  v1::CreateRegisteredModelRequest model;
  model.set_name("m");
  EXPECT_THAT(CheckNewModel(model), IsOk());
  model.set_request_id(Repeated("r", 129));
  EXPECT_THAT(CheckNewModel(model), StatusIs(kInvalidArgument, HasSubstr("'request_id'")));
  model.clear_request_id();
  model.set_description(Repeated("d", 100'001));
  EXPECT_THAT(CheckNewModel(model), StatusIs(kInvalidArgument, HasSubstr("'description'")));

  v1::CreateModelVersionRequest version;
  version.set_name("m");
  version.set_source("s3://b/" + Repeated("p", 2041));
  EXPECT_THAT(CheckNewVersion(version), IsOk());
  version.mutable_source()->append("p");
  EXPECT_THAT(CheckNewVersion(version),
              StatusIs(kInvalidArgument, "'source' exceeds the maximum length of 2048 characters"));
}

}  // namespace
}  // namespace rookery::registry
