// What the disk does to a local store: crashes, full and read-only file systems, folders that
// vanish.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "libs/base/testing/status_matchers.h"
#include "services/artifact/store/local_blob_store.h"
#include "services/artifact/testing/temp_folder.h"
#include "services/artifact/testing/tmpfs.h"

namespace rookery::artifact {
namespace {

namespace fs = std::filesystem;
using ::rookery::testing::StatusIs;
using ::testing::AllOf;
using testing::CountEntries;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ReadFile;
using testing::TempFolder;
using testing::Tmpfs;
using testing::WriteFile;

Status Put(BlobStore& store, const std::string& key, std::string_view bytes) {
  ASSIGN_OR_RETURN(auto writer, store.Create(key));
  RETURN_IF_ERROR(writer->Append(bytes));
  return writer->Commit();
}

TEST(LocalBlobStoreDisk, OpeningMakesTheFolder) {
  TempFolder folder;
  const std::string root = folder / "new/root";
  ROOKERY_ASSERT_OK(LocalBlobStore::OpenAt(root, Clock::Real()));
  EXPECT_TRUE(fs::is_directory(root));
}

TEST(LocalBlobStoreDisk, OpeningAFileIsRefusedWithItsNameInOneLine) {
  TempFolder folder;
  WriteFile(folder / "file", "x");
  const auto store = LocalBlobStore::OpenAt(folder / "file", Clock::Real());
  EXPECT_THAT(store, StatusIs(absl::StatusCode::kFailedPrecondition,
                              AllOf(HasSubstr(folder / "file"), Not(HasSubstr("\n")))));
}

TEST(LocalBlobStoreDisk, AStartRemovesWhatACrashLeftADayAgo) {
  TempFolder folder;
  WriteFile(folder / kReservedFolder / "file", "half");
  WriteFile(folder / kReservedFolder / "folder/deep/file", "half");
  WriteFile(folder / "kept", "x");
  FakeClock clock(Clock::Real().Now() + absl::Hours(25));
  ROOKERY_ASSERT_OK(LocalBlobStore::OpenAt(folder.path(), clock));
  EXPECT_EQ(CountEntries(folder / kReservedFolder), 0);
  EXPECT_TRUE(fs::exists(folder / "kept"));
}

TEST(LocalBlobStoreDisk, AStartLeavesTheUploadsOfAnotherServerAlone) {
  TempFolder folder;
  ROOKERY_ASSERT_OK_AND_ASSIGN(auto first, LocalBlobStore::OpenAt(folder.path(), Clock::Real()));
  ROOKERY_ASSERT_OK_AND_ASSIGN(auto writer, first->Create("a"));
  FakeClock clock(Clock::Real().Now() + absl::Hours(23));
  ROOKERY_ASSERT_OK(LocalBlobStore::OpenAt(folder.path(), clock));
  ROOKERY_ASSERT_OK(writer->Append("x"));
  ROOKERY_ASSERT_OK(writer->Commit());
  EXPECT_EQ(ReadFile(folder / "a"), "x");
}

TEST(LocalBlobStoreDisk, AScratchFolderThatIsALinkIsRefused) {
  TempFolder folder;
  TempFolder outside;
  fs::create_directory_symlink(outside.path(), folder / kReservedFolder);
  EXPECT_THAT(LocalBlobStore::OpenAt(folder.path(), Clock::Real()),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(LocalBlobStoreDisk, AFullDiskIsUnavailableLeavesNothingAndCanBeFreedByDeleting) {
  Tmpfs disk("size=2m");
  ROOKERY_NEEDS_MOUNT(disk);
  ROOKERY_ASSERT_OK_AND_ASSIGN(auto store, LocalBlobStore::OpenAt(disk.path(), Clock::Real()));
  ROOKERY_ASSERT_OK(Put(*store, "old/file", std::string(1 << 20, 'x')));
  const fs::path root = disk.path();
  EXPECT_THAT(Put(*store, "new", std::string(4 << 20, 'x')),
              StatusIs(absl::StatusCode::kUnavailable,
                       AllOf(HasSubstr("is full. Free space"), Not(HasSubstr(disk.path())))));
  EXPECT_EQ(CountEntries(root / kReservedFolder), 0);
  EXPECT_FALSE(fs::exists(root / "new"));
  ROOKERY_ASSERT_OK(store->Delete("old"));
  ROOKERY_EXPECT_OK(Put(*store, "new", std::string(3 << 19, 'x')));
}

TEST(LocalBlobStoreDisk, AReadOnlyDiskServesReadsAndRefusesWrites) {
  Tmpfs disk("size=2m");
  ROOKERY_NEEDS_MOUNT(disk);
  ROOKERY_ASSERT_OK_AND_ASSIGN(auto store, LocalBlobStore::OpenAt(disk.path(), Clock::Real()));
  ROOKERY_ASSERT_OK(Put(*store, "a/b", "x"));
  ASSERT_TRUE(disk.MakeReadOnly());
  const auto read_only = StatusIs(absl::StatusCode::kUnavailable,
                                  AllOf(HasSubstr("read-only"), Not(HasSubstr(disk.path()))));
  EXPECT_THAT(Put(*store, "new", "x"), read_only);
  EXPECT_THAT(store->Delete("a/b"), read_only);
  EXPECT_THAT(store->Delete("a"), read_only);
  ROOKERY_EXPECT_OK(store->Open("a/b"));
  EXPECT_THAT(LocalBlobStore::OpenAt(disk.path(), Clock::Real()),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("read-only")));
}

TEST(LocalBlobStoreDisk, ARootThatWasRemovedIsUnavailableAndNotEmpty) {
  TempFolder folder;
  const std::string root = folder / "root";
  ROOKERY_ASSERT_OK_AND_ASSIGN(auto store, LocalBlobStore::OpenAt(root, Clock::Real()));
  fs::remove_all(root);
  const auto gone = StatusIs(absl::StatusCode::kUnavailable, HasSubstr("gone"));
  EXPECT_THAT(store->List(""), gone);
  EXPECT_THAT(store->Open("a"), gone);
  EXPECT_THAT(store->Create("a"), gone);
  EXPECT_THAT(store->Delete("a"), gone);
}

TEST(LocalBlobStoreDisk, ANameThatTheFileSystemDoesNotTakeIsTheCallersMistake) {
  TempFolder folder;
  ROOKERY_ASSERT_OK_AND_ASSIGN(auto store, LocalBlobStore::OpenAt(folder.path(), Clock::Real()));
  EXPECT_THAT(store->Create(std::string(300, 'x')), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace rookery::artifact
