// Blocks, and what is noted beside blobs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "libs/base/testing/status_matchers.h"
#include "services/artifact/store/local_blob_store.h"
#include "services/artifact/testing/temp_folder.h"

namespace rookery::artifact {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using testing::Pattern;
using testing::ReadFile;
using testing::TempFolder;

class Blocks : public ::testing::Test {
 protected:
  void SetUp() override { Open(); }

  void Open() {
    ROOKERY_ASSERT_OK_AND_ASSIGN(store_, LocalBlobStore::OpenAt(folder_.path(), clock_));
  }

  Status Stage(const std::string& key, const std::string& block, std::string_view bytes) {
    ASSIGN_OR_RETURN(const auto writer, store_->StageBlock(key, block));
    RETURN_IF_ERROR(writer->Append(bytes));
    return writer->Commit();
  }

  Status Put(const std::string& key, std::string_view bytes) {
    ASSIGN_OR_RETURN(const auto writer, store_->Create(key));
    RETURN_IF_ERROR(writer->Append(bytes));
    return writer->Commit();
  }

  Status Commit(const std::string& key, const std::vector<std::string>& blocks) {
    return store_->CommitBlocks(key, blocks);
  }

  std::string Bytes(const std::string& key) { return ReadFile(folder_ / key); }

  BlobMetadata MetadataOf(const std::string& key) {
    return store_->Metadata(key, (*store_->Open(key))->info()).value();
  }

  // Of the scratch folder: files that wait for something.
  int Waiting() const {
    int files = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(folder_ / kReservedFolder)) {
      files += entry.is_regular_file() && entry.path().filename() != "made" ? 1 : 0;
    }
    return files;
  }

  TempFolder folder_;
  // As the file system says it: leftovers are told by their times.
  FakeClock clock_{absl::Now()};
  std::unique_ptr<LocalBlobStore> store_;
};

TEST_F(Blocks, BecomeABlobInTheOrderOfTheList) {
  const std::string large = Pattern(3'000'000);
  ROOKERY_ASSERT_OK(Stage("a/b", "1", "one,"));
  ROOKERY_ASSERT_OK(Stage("a/b", "3", large));
  ROOKERY_ASSERT_OK(Stage("a/b", "2", "two,"));
  EXPECT_THAT(*store_->List(""), IsEmpty());
  ROOKERY_ASSERT_OK(Commit("a/b", {"1", "2", "1", "3"}));
  EXPECT_EQ(Bytes("a/b"), "one,two,one," + large);
  EXPECT_EQ(Waiting(), 0);
}

TEST_F(Blocks, AnEmptyListMakesAnEmptyBlob) {
  ROOKERY_ASSERT_OK(Commit("a", {}));
  EXPECT_EQ((*store_->Open("a"))->info().size_bytes, 0);
}

TEST_F(Blocks, ABlockThatIsNotThereChangesNothing) {
  ROOKERY_ASSERT_OK(Put("a", "old"));
  ROOKERY_ASSERT_OK(Stage("a", "1", "x"));
  EXPECT_THAT(Commit("a", {"1", "2"}), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(Commit("b", {"1"}), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(Bytes("a"), "old");
  ROOKERY_ASSERT_OK(Stage("a", "2", "y"));
  ROOKERY_ASSERT_OK(Commit("a", {"1", "2"}));
  EXPECT_EQ(Bytes("a"), "xy");
}

TEST_F(Blocks, ALaterBlockOfTheSameNameCounts) {
  ROOKERY_ASSERT_OK(Stage("a", "1", "before"));
  ROOKERY_ASSERT_OK(Stage("a", "1", "after"));
  ROOKERY_ASSERT_OK(Commit("a", {"1"}));
  EXPECT_EQ(Bytes("a"), "after");
}

TEST_F(Blocks, ThatBreakOffAreNotThere) {
  {
    ROOKERY_ASSERT_OK_AND_ASSIGN(const auto writer, store_->StageBlock("a", "1"));
    ROOKERY_ASSERT_OK(writer->Append("half"));
  }
  EXPECT_EQ(Waiting(), 0);
  EXPECT_THAT(Commit("a", {"1"}), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(Blocks, AnAnswerThatGotLostMayBeAskedForAgain) {
  ROOKERY_ASSERT_OK(Stage("a", "1", "x"));
  ROOKERY_ASSERT_OK(Commit("a", {"1"}));
  ROOKERY_EXPECT_OK(Commit("a", {"1"}));
  EXPECT_THAT(Commit("a", {"1", "1"}), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(Bytes("a"), "x");
  // What was made of them is no longer there.
  ROOKERY_ASSERT_OK(Put("a", "y"));
  EXPECT_THAT(Commit("a", {"1"}), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(Blocks, OutliveTheProgramAndAreSweptADayLater) {
  ROOKERY_ASSERT_OK(Stage("a", "1", "x"));
  ROOKERY_ASSERT_OK(Stage("b", "1", "x"));
  clock_.Advance(absl::Hours(23));
  Open();
  ROOKERY_EXPECT_OK(Commit("a", {"1"}));
  clock_.Advance(absl::Hours(2));
  // Without a restart, as further blocks come.
  ROOKERY_ASSERT_OK(Stage("c", "1", "x"));
  EXPECT_THAT(Commit("b", {"1"}), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(Blocks, NamesMayBeAnyBytesAndKeysAnyDepth) {
  std::string deep = "d";
  for (int i = 0; i < 300; ++i) deep += "/" + std::string(10, 'd');
  const std::string name("\0/..\xff", 5);
  ROOKERY_ASSERT_OK(Stage(deep, name, "x"));
  ROOKERY_ASSERT_OK(Commit(deep, {name}));
  EXPECT_EQ(Bytes(deep), "x");
  ROOKERY_ASSERT_OK(Stage("a", std::string(64, 'n'), "x"));
}

TEST_F(Blocks, OfOneKeyAreNoneOfAnother) {
  ROOKERY_ASSERT_OK(Stage("a", "1", "a"));
  ROOKERY_ASSERT_OK(Stage("b", "1", "b"));
  ROOKERY_ASSERT_OK(Commit("b", {"1"}));
  ROOKERY_ASSERT_OK(Commit("a", {"1"}));
  EXPECT_EQ(Bytes("a"), "a");
  EXPECT_EQ(Bytes("b"), "b");
}

TEST_F(Blocks, CannotBecomeABlobWhereAFolderIs) {
  ROOKERY_ASSERT_OK(Put("a/b", "x"));
  ROOKERY_ASSERT_OK(Stage("a", "1", "x"));
  EXPECT_THAT(Commit("a", {"1"}), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(Blocks, TwoWhoCommitAtOnceBothHearThatItIsDone) {
  for (int round = 0; round < 20; ++round) {
    ROOKERY_ASSERT_OK(Stage("a", "1", std::string(100'000, 'x')));
    ROOKERY_ASSERT_OK(Stage("a", "2", "y"));
    std::vector<std::jthread> clients;
    for (int i = 0; i < 2; ++i) {
      clients.emplace_back([&] { ROOKERY_EXPECT_OK(Commit("a", {"1", "2"})); });
    }
    clients.clear();
    EXPECT_EQ(Bytes("a"), std::string(100'000, 'x') + "y");
  }
}

TEST_F(Blocks, MetadataComesBackUntilTheBlobIsReplaced) {
  ROOKERY_ASSERT_OK(Put("a/b", "x"));
  EXPECT_THAT(MetadataOf("a/b"), IsEmpty());
  ROOKERY_ASSERT_OK(store_->SetMetadata("a/b", {{"name", "n"}, {"status", "a: b"}}));
  EXPECT_THAT(MetadataOf("a/b"), ElementsAre(Pair("name", "n"), Pair("status", "a: b")));
  ROOKERY_ASSERT_OK(store_->SetMetadata("a/b", {{"name", "m"}}));
  Open();
  EXPECT_THAT(MetadataOf("a/b"), ElementsAre(Pair("name", "m")));
  ROOKERY_ASSERT_OK(Put("a/b", "y"));
  EXPECT_THAT(MetadataOf("a/b"), IsEmpty());
  EXPECT_THAT(store_->SetMetadata("none", {}), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(Blocks, MetadataGoesWithItsBlobAndIsNotListed) {
  ROOKERY_ASSERT_OK(Put("a", "x"));
  ROOKERY_ASSERT_OK(store_->SetMetadata("a", {{"name", "n"}}));
  EXPECT_EQ(store_->List("")->size(), 1u);
  ROOKERY_ASSERT_OK(store_->Delete("a"));
  int files = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(folder_ / ".rookery-metadata")) {
    files += entry.is_regular_file() ? 1 : 0;
  }
  EXPECT_EQ(files, 0);
}

}  // namespace
}  // namespace rookery::artifact
