// Whose a folder is, on the machine's file system and on a simulated one.
#include "sidecar/spool/identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "libs/base/testing/status_matchers.h"
#include "sidecar/spool/bytes.h"
#include "sidecar/spool/testing/spool_case.h"

namespace rookery::spool {
namespace {

using ::rookery::testing::IsOk;
using ::rookery::testing::StatusIs;
using ::testing::ElementsAre;
using testing::FoldState;
using ::testing::HasSubstr;
using testing::Life;
using testing::Payloads;
using testing::ReadLane;
using testing::SimulatedDisk;
using testing::SmallOptions;

constexpr char kPath[] = "/spool/identity";

Status OpenStatus(FileSystem& files, const Options& options) {
  FoldState state;
  return Spool::Open(files, Clock::Real(), options, state).status();
}

TEST(Identity, ASecondOpenerIsRefused) {
  SimulatedDisk disk;
  Life life(disk);
  EXPECT_THAT(OpenStatus(disk, SmallOptions()),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("locked")));
}

TEST(Identity, ACopyIsRefusedUnlessItIsAdopted) {
  SimulatedDisk disk;
  std::string producer;
  {
    Life life(disk);
    producer = life.spool().producer_id();
    EXPECT_THAT(life.Append("a"), IsOk());
  }
  const auto copy = disk.Copy();
  EXPECT_THAT(OpenStatus(*copy, SmallOptions()),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("copy")));
  Options adopt = SmallOptions();
  adopt.adopt = true;
  std::string adopted;
  {
    Life life(*copy, Clock::Real(), adopt);
    adopted = life.spool().producer_id();
    EXPECT_NE(adopted, producer);
    EXPECT_THAT(life.Append("b"), IsOk());
    EXPECT_THAT(Payloads(ReadLane(life.spool(), 0)), ElementsAre("a", "b"));
  }
  // From then on it is itself, whether that is asked for or not.
  for (const Options& options : {adopt, SmallOptions()}) {
    Life life(*copy, Clock::Real(), options);
    EXPECT_EQ(life.spool().producer_id(), adopted);
    EXPECT_THAT(Payloads(ReadLane(life.spool(), 0)), ElementsAre("a", "b"));
  }
  EXPECT_EQ(Life(disk).spool().producer_id(), producer);
}

TEST(Identity, SurvivesDamageOfAnyByteAndIsRefusedWithoutAny) {
  SimulatedDisk disk;
  std::string producer;
  {
    Life life(disk);
    producer = life.spool().producer_id();
    EXPECT_THAT(life.Append("a"), IsOk());
  }
  const std::string bytes = disk.Bytes(kPath);
  for (size_t at = 0; at < 80; ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(~damaged[at]);
    const auto left = disk.AfterKill();
    left->SetBytes(kPath, damaged);
    EXPECT_EQ(Life(*left).spool().producer_id(), producer) << at;
  }
  for (const bool removed : {true, false}) {
    const auto left = disk.AfterKill();
    if (removed) {
      left->Delete(kPath);
    } else {
      left->SetBytes(kPath, std::string(8192, 'x'));
    }
    EXPECT_THAT(OpenStatus(*left, SmallOptions()),
                StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("adopt")));
  }
}

TEST(Identity, OfALaterVersionIsRefused) {
  SimulatedDisk disk;
  {
    Life life(disk);
  }
  std::string bytes = disk.Bytes(kPath);
  PutAt(uint32_t{9}, bytes.data() + 8);
  PutAt(~uint32_t{9}, bytes.data() + 12);
  disk.SetBytes(kPath, bytes);
  EXPECT_THAT(OpenStatus(disk, SmallOptions()),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("version 9")));
}

class OnDiskTest : public ::testing::Test {
 protected:
  OnDiskTest() {
    std::string pattern = ::testing::TempDir() + "spool_XXXXXX";
    root_ = mkdtemp(pattern.data());
    options_ = SmallOptions();
    options_.folder = root_ + "/a/spool";
  }
  ~OnDiskTest() override { std::filesystem::remove_all(root_); }

  std::string root_;
  Options options_;
};

TEST_F(OnDiskTest, TheMachinesFileSystemWillDo) {
  FileSystem& files = FileSystem::Posix();
  for (int life_number = 0; life_number < 3; ++life_number) {
    Life life(files, Clock::Real(), options_);
    for (int i = 0; i < 30; ++i) ASSERT_THAT(life.Append(std::string(1000, 'x')), IsOk());
    const auto seen = ReadLane(life.spool(), 0);
    EXPECT_EQ(seen.rows.size(), 30U * (life_number + 1));
    EXPECT_EQ(life.state().lanes().at(0), seen.fold);
    life.spool().Release(seen.rows[10].position);
  }
}

TEST_F(OnDiskTest, ASecondOpenerAndACopyAreRefused) {
  FileSystem& files = FileSystem::Posix();
  {
    Life life(files, Clock::Real(), options_);
    EXPECT_THAT(life.Append("a"), IsOk());
    EXPECT_THAT(OpenStatus(files, options_),
                StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("another process")));
  }
  Options copy = options_;
  copy.folder = root_ + "/b";
  std::filesystem::copy(options_.folder, copy.folder);
  EXPECT_THAT(OpenStatus(files, copy),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("copy")));
  copy.adopt = true;
  EXPECT_THAT(Payloads(ReadLane(Life(files, Clock::Real(), copy).spool(), 0)), ElementsAre("a"));
  // Moved within the file system it is the same.
  std::filesystem::rename(options_.folder, root_ + "/c");
  options_.folder = root_ + "/c";
  EXPECT_THAT(Payloads(ReadLane(Life(files, Clock::Real(), options_).spool(), 0)),
              ElementsAre("a"));
}

TEST_F(OnDiskTest, AFolderThatCannotBeMadeIsTold) {
  options_.folder = "/proc/no/such";
  EXPECT_FALSE(OpenStatus(FileSystem::Posix(), options_).ok());
}

}  // namespace
}  // namespace rookery::spool
