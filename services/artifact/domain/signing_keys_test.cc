#include "services/artifact/domain/signing_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"

namespace rookery::artifact {
namespace {

using ::rookery::testing::StatusIs;

SigningKeys KeysOf(const std::string& lines) { return SigningKeys::Parse(lines).value(); }

TEST(SigningKeys, SignAsHmacSha256DoesInBase64ForUrls) {
  // Of 32 times `k`, as Python's hmac says.
  const SigningKeys keys = KeysOf("a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=");
  EXPECT_EQ(keys.Sign("text"), "jTqfVNtPPx463e8_xioDWdDZ0qh8B89GUoQGL97SuqI");
}

TEST(SigningKeys, AKeyKnowsItsOwnSignaturesAndNoOthers) {
  const SigningKeys one = KeysOf(*SigningKeys::NewLine());
  const SigningKeys two = KeysOf(*SigningKeys::NewLine());
  const std::string signature = one.Sign("a");
  EXPECT_TRUE(one.Verify("a", signature));
  EXPECT_FALSE(one.Verify("b", signature));
  EXPECT_FALSE(two.Verify("a", signature));
  EXPECT_FALSE(one.Verify("a", ""));
  EXPECT_FALSE(one.Verify("a", signature.substr(1)));
  EXPECT_FALSE(one.Verify("a", signature + "="));
  for (size_t i = 0; i < signature.size(); ++i) {
    std::string other = signature;
    other[i] = other[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(one.Verify("a", other)) << i;
  }
}

TEST(SigningKeys, TheKeyBeforeIsGoodForCheckingAlone) {
  const std::string before = *SigningKeys::NewLine();
  const std::string now = *SigningKeys::NewLine();
  const SigningKeys rotated = KeysOf(now + before);
  EXPECT_TRUE(rotated.Verify("a", KeysOf(before).Sign("a")));
  EXPECT_EQ(rotated.Sign("a"), KeysOf(now).Sign("a"));
}

TEST(SigningKeys, MayHaveBlankLinesAndOtherLineEnds) {
  const std::string line = *SigningKeys::NewLine();
  EXPECT_EQ(KeysOf("\r\n  " + line + "\r\n").Sign("a"), KeysOf(line).Sign("a"));
}

TEST(SigningKeys, AreNoOtherTexts) {
  // The last is base64 of 31 bytes.
  for (const char* text :
       {"", "\n\n", "not base64!", "a2V5", "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2traw=="}) {
    EXPECT_THAT(SigningKeys::Parse(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
}

}  // namespace
}  // namespace rookery::artifact
