#include "sidecar/adopt/orphans.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "libs/base/testing/status_matchers.h"
#include "sidecar/spool/file_system.h"

namespace rookery::sidecar {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class OrphansTest : public ::testing::Test {
 protected:
  OrphansTest() {
    std::string root = ::testing::TempDir() + "orphansXXXXXX";
    root_ = mkdtemp(root.data());
  }
  ~OrphansTest() override { std::filesystem::remove_all(root_); }

  std::filesystem::path Spool(const std::string& name) {
    std::filesystem::create_directory(root_ / name);
    std::ofstream(root_ / name / "identity") << "its identity";
    return root_ / name;
  }

  std::vector<std::filesystem::path> Look(Orphans& orphans, int second) {
    const auto found = orphans.Look(SteadyTime() + std::chrono::seconds(second));
    ROOKERY_EXPECT_OK(found.status());
    return found.value_or(std::vector<std::filesystem::path>());
  }

  std::filesystem::path root_;
};

TEST_F(OrphansTest, AreThoseThatNobodyHasHeldForLong) {
  const auto alone = Spool("alone");
  const auto held = Spool("held");
  Orphans orphans(root_, absl::Seconds(10));
  ROOKERY_ASSERT_OK_AND_ASSIGN(auto lock, spool::FileSystem::Posix().Lock(held / "lock"));
  EXPECT_THAT(Look(orphans, 0), IsEmpty());
  EXPECT_THAT(Look(orphans, 9), IsEmpty());
  EXPECT_THAT(Look(orphans, 10), ElementsAre(alone));
  lock.reset();
  // From its owner's end, not from the first look.
  EXPECT_THAT(Look(orphans, 11), ElementsAre(alone));
  EXPECT_THAT(Look(orphans, 21), ElementsAre(alone, held));
}

TEST_F(OrphansTest, OneWhoseOwnerCameBackBeginsAnew) {
  const auto folder = Spool("restarted");
  Orphans orphans(root_, absl::Seconds(10));
  EXPECT_THAT(Look(orphans, 0), IsEmpty());
  {
    ROOKERY_ASSERT_OK_AND_ASSIGN(const auto lock, spool::FileSystem::Posix().Lock(folder / "lock"));
    EXPECT_THAT(Look(orphans, 5), IsEmpty());
  }
  EXPECT_THAT(Look(orphans, 12), IsEmpty());
  EXPECT_THAT(Look(orphans, 22), ElementsAre(folder));
}

TEST_F(OrphansTest, WhatIsHalfRemovedAndWhatIsNoSpoolAreNone) {
  Spool(".emptied-left");
  std::filesystem::create_directory(root_ / "notes");
  Orphans orphans(root_, absl::ZeroDuration());
  EXPECT_THAT(Look(orphans, 0), IsEmpty());
  EXPECT_THAT(Look(orphans, 100), IsEmpty());
}

}  // namespace
}  // namespace rookery::sidecar
