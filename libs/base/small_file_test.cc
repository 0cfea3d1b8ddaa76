#include "libs/base/small_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "libs/base/testing/status_matchers.h"

namespace rookery {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;

class SmallFile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "rookery-base-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return folder_ / name; }

  std::filesystem::path folder_;
};

TEST_F(SmallFile, IsMadeOnceForItsOwnerAlone) {
  EXPECT_EQ(*ReadOrMakePrivateFile(Path("a"), [] { return std::string("first"); }), "first");
  EXPECT_EQ(*ReadOrMakePrivateFile(Path("a"), [] { return std::string("second"); }), "first");
  struct stat facts;
  ASSERT_EQ(stat(Path("a").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600);
  // No draft is left.
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(SmallFile, ThatSeveralMakeAtOnceIsOneForAll) {
  constexpr int kMakers = 8;
  std::vector<std::string> got(kMakers);
  {
    std::vector<std::jthread> makers;
    for (int i = 0; i < kMakers; ++i) {
      makers.emplace_back([&, i] {
        got[i] = *ReadOrMakePrivateFile(Path("a"), [i] { return std::to_string(i); });
      });
    }
  }
  for (const std::string& each : got) EXPECT_EQ(each, got[0]);
}

TEST_F(SmallFile, ThatCannotBeMadeOrReadIsAnErrorThatNamesIt) {
  EXPECT_THAT(ReadSmallFile(Path("none")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("none")));
  EXPECT_THAT(ReadOrMakePrivateFile(Path("no/such/folder"), [] { return std::string("x"); }),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no/such/folder")));
}

}  // namespace
}  // namespace rookery
