#include "services/artifact/store/local_blob_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "libs/base/testing/status_matchers.h"
#include "services/artifact/testing/temp_folder.h"

namespace rookery::artifact {
namespace {

namespace fs = std::filesystem;
using ::rookery::testing::StatusIs;
using testing::CountEntries;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::Pattern;
using testing::ReadFile;
using testing::TempFolder;
using testing::WriteFile;

class LocalBlobStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ROOKERY_ASSERT_OK_AND_ASSIGN(store_, LocalBlobStore::OpenAt(folder_.path(), Clock::Real()));
  }

  Status Put(const std::string& key, std::string_view bytes) {
    ASSIGN_OR_RETURN(auto writer, store_->Create(key));
    RETURN_IF_ERROR(writer->Append(bytes));
    return writer->Commit();
  }

  StatusOr<std::string> Get(const std::string& key) {
    ASSIGN_OR_RETURN(auto reader, store_->Open(key));
    std::string bytes(static_cast<size_t>(reader->info().size_bytes), '\0');
    ASSIGN_OR_RETURN(const size_t got, reader->Read(0, bytes));
    bytes.resize(got);
    return bytes;
  }

  std::vector<std::string> Names(const std::string& folder) {
    std::vector<std::string> names;
    auto entries = store_->List(folder);
    EXPECT_THAT(entries, rookery::testing::IsOk());
    for (const auto& entry : *entries) {
      names.push_back(entry.is_folder ? entry.name + "/" : entry.name);
    }
    return names;
  }

  int Leftovers() { return CountEntries(folder_ / kReservedFolder); }

  TempFolder folder_;
  std::unique_ptr<LocalBlobStore> store_;
};

TEST_F(LocalBlobStoreTest, GivesBackWhatWasPut) {
  ROOKERY_ASSERT_OK(Put("a/b/c.bin", Pattern(3'000'000)));
  EXPECT_EQ(*Get("a/b/c.bin"), Pattern(3'000'000));
  EXPECT_EQ(ReadFile(folder_ / "a/b/c.bin"), Pattern(3'000'000));
  EXPECT_EQ(Leftovers(), 0);
}

TEST_F(LocalBlobStoreTest, KeepsAnEmptyBlob) {
  ROOKERY_ASSERT_OK(Put("empty", ""));
  EXPECT_EQ(*Get("empty"), "");
  EXPECT_THAT(Names(""), ElementsAre("empty"));
}

TEST_F(LocalBlobStoreTest, ReadsFromTheMiddleAndStopsAtTheEnd) {
  ROOKERY_ASSERT_OK(Put("a", "0123456789"));
  ROOKERY_ASSERT_OK_AND_ASSIGN(auto reader, store_->Open("a"));
  std::string out(4, '\0');
  EXPECT_EQ(*reader->Read(3, out), 4u);
  EXPECT_EQ(out, "3456");
  EXPECT_EQ(*reader->Read(8, out), 2u);
  EXPECT_EQ(*reader->Read(10, out), 0u);
}

TEST_F(LocalBlobStoreTest, AWriterThatIsDroppedLeavesNothingNotEvenFolders) {
  {
    ROOKERY_ASSERT_OK_AND_ASSIGN(auto writer, store_->Create("new/folder/file"));
    ROOKERY_ASSERT_OK(writer->Append("half"));
    EXPECT_EQ(Leftovers(), 1);
  }
  EXPECT_EQ(Leftovers(), 0);
  EXPECT_THAT(Names(""), IsEmpty());
}

TEST_F(LocalBlobStoreTest, ReadersSeeTheOldBlobUntilCommit) {
  ROOKERY_ASSERT_OK(Put("a", "old"));
  ROOKERY_ASSERT_OK_AND_ASSIGN(auto writer, store_->Create("a"));
  ROOKERY_ASSERT_OK(writer->Append("new bytes"));
  EXPECT_EQ(*Get("a"), "old");
  ROOKERY_ASSERT_OK_AND_ASSIGN(auto reader, store_->Open("a"));
  ROOKERY_ASSERT_OK(writer->Commit());
  EXPECT_EQ(*Get("a"), "new bytes");
  std::string out(9, '\0');
  EXPECT_EQ(*reader->Read(0, out), 3u);
  EXPECT_EQ(out.substr(0, 3), "old");
}

TEST_F(LocalBlobStoreTest, AReplacedBlobHasAnotherEtagEvenAtTheSameSize) {
  ROOKERY_ASSERT_OK(Put("a", "one"));
  const std::string before = (*store_->Open("a"))->info().etag;
  EXPECT_EQ((*store_->Open("a"))->info().etag, before);
  ROOKERY_ASSERT_OK(Put("a", "two"));
  EXPECT_NE((*store_->Open("a"))->info().etag, before);
}

TEST_F(LocalBlobStoreTest, RefusesToPutOntoAFolder) {
  ROOKERY_ASSERT_OK(Put("a/b", "x"));
  EXPECT_THAT(Put("a", "y"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(*Get("a/b"), "x");
}

TEST_F(LocalBlobStoreTest, RefusesToPutBelowABlob) {
  ROOKERY_ASSERT_OK(Put("a", "x"));
  EXPECT_THAT(store_->Create("a/b"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(store_->Create("a/b/c"), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(LocalBlobStoreTest, ACommitOntoWhatHasBecomeAFolderIsRefusedAndLeavesNothing) {
  {
    ROOKERY_ASSERT_OK_AND_ASSIGN(auto onto, store_->Create("a"));
    ROOKERY_ASSERT_OK_AND_ASSIGN(auto below, store_->Create("b/c"));
    ROOKERY_ASSERT_OK(Put("a/file", "x"));
    ROOKERY_ASSERT_OK(Put("b", "x"));
    EXPECT_THAT(onto->Commit(), StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(below->Commit(), StatusIs(absl::StatusCode::kInvalidArgument));
  }
  EXPECT_EQ(Leftovers(), 0);
}

TEST_F(LocalBlobStoreTest, AFolderThatIsDeletedDuringAnUploadIsMadeAnew) {
  ROOKERY_ASSERT_OK(Put("a/b/old", "x"));
  ROOKERY_ASSERT_OK_AND_ASSIGN(auto writer, store_->Create("a/b/new"));
  ROOKERY_ASSERT_OK(store_->Delete("a"));
  ROOKERY_ASSERT_OK(writer->Commit());
  EXPECT_THAT(Names("a/b"), ElementsAre("new"));
}

TEST_F(LocalBlobStoreTest, OpeningTellsAbsentFromFolder) {
  ROOKERY_ASSERT_OK(Put("a/b", "x"));
  EXPECT_THAT(store_->Open("c"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(store_->Open("c/d"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(store_->Open("a/b/c"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(store_->Open("a"), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(LocalBlobStoreTest, ListsOneFolderInTheOrderOfBytes) {
  for (const char* key : {"d/b", "d/a/x", "d/B", "d/\xc3\xbc", "d/a.txt"}) {
    ROOKERY_ASSERT_OK(Put(key, "12"));
  }
  EXPECT_THAT(Names("d"), ElementsAre("B", "a/", "a.txt", "b", "\xc3\xbc"));
  EXPECT_EQ((*store_->List("d"))[0].info.size_bytes, 2);
}

TEST_F(LocalBlobStoreTest, ListsNothingForAFileOrAnUnknownFolder) {
  ROOKERY_ASSERT_OK(Put("a", "x"));
  EXPECT_THAT(Names("a"), IsEmpty());
  EXPECT_THAT(Names("a/b"), IsEmpty());
  EXPECT_THAT(Names("none/of/these"), IsEmpty());
}

TEST_F(LocalBlobStoreTest, DeletesFilesAndFoldersAndWhatIsNotThere) {
  ROOKERY_ASSERT_OK(Put("a/b/c", "x"));
  ROOKERY_ASSERT_OK(Put("a/b/d/e", "x"));
  ROOKERY_ASSERT_OK(Put("a/f", "x"));
  ROOKERY_EXPECT_OK(store_->Delete("a/f"));
  ROOKERY_EXPECT_OK(store_->Delete("a/f"));
  ROOKERY_EXPECT_OK(store_->Delete("a/b/c/below"));
  EXPECT_EQ(*Get("a/b/c"), "x");
  ROOKERY_EXPECT_OK(store_->Delete("a/b"));
  ROOKERY_EXPECT_OK(store_->Delete("a/b"));
  EXPECT_EQ(Leftovers(), 0);
  // As in MLflow's own store, the folder above stays.
  EXPECT_THAT(Names(""), ElementsAre("a/"));
}

TEST_F(LocalBlobStoreTest, DeletesAFolderThatIsDeeperThanTheDescriptorsSuffice) {
  std::string key = "deep";
  for (int i = 0; i < 2000; ++i) key += "/d";
  ROOKERY_ASSERT_OK(Put(key, "x"));
  EXPECT_EQ(*Get(key), "x");
  ROOKERY_ASSERT_OK(store_->Delete("deep"));
  EXPECT_THAT(Names(""), IsEmpty());
  EXPECT_EQ(Leftovers(), 0);
}

TEST_F(LocalBlobStoreTest, FollowsNoSymbolicLink) {
  TempFolder outside;
  WriteFile(outside / "secret", "s");
  ROOKERY_ASSERT_OK(Put("inside/file", "x"));
  fs::create_symlink(outside / "secret", folder_ / "link");
  fs::create_directory_symlink(outside.path(), folder_ / "out");
  fs::create_directory_symlink("inside", folder_ / "in");
  EXPECT_THAT(store_->Open("link"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(store_->Open("out/secret"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(store_->Open("in/file"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Names("out"), IsEmpty());
  EXPECT_THAT(Names(""), ElementsAre("inside/"));
  EXPECT_THAT(Put("out/new", "x"), StatusIs(absl::StatusCode::kInvalidArgument));
  ROOKERY_EXPECT_OK(store_->Delete("out/secret"));
  EXPECT_EQ(CountEntries(outside.path()), 1);
}

TEST_F(LocalBlobStoreTest, PuttingOntoALinkReplacesTheLinkAndNotItsTarget) {
  TempFolder outside;
  WriteFile(outside / "secret", "s");
  fs::create_symlink(outside / "secret", folder_ / "link");
  ROOKERY_ASSERT_OK(Put("link", "x"));
  EXPECT_EQ(ReadFile(outside / "secret"), "s");
  EXPECT_EQ(*Get("link"), "x");
}

TEST_F(LocalBlobStoreTest, DeletingAFolderRemovesLinksAndNotTheirTargets) {
  TempFolder outside;
  WriteFile(outside / "secret", "s");
  ROOKERY_ASSERT_OK(Put("a/file", "x"));
  fs::create_directory_symlink(outside.path(), folder_ / "a/out");
  ROOKERY_ASSERT_OK(store_->Delete("a"));
  EXPECT_FALSE(fs::exists(folder_ / "a"));
  EXPECT_TRUE(fs::exists(outside / "secret"));
}

TEST_F(LocalBlobStoreTest, NeitherWaitsForANamedPipeNorListsIt) {
  ASSERT_EQ(mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(store_->Open("pipe"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Names(""), IsEmpty());
}

TEST_F(LocalBlobStoreTest, OfManyUploadsToOneKeyOneWinsWhole) {
  constexpr int kWriters = 8;
  constexpr size_t kSize = 1 << 20;
  std::vector<std::jthread> writers;
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([this, i] { ROOKERY_EXPECT_OK(Put("new/key", Pattern(kSize, i))); });
  }
  writers.clear();
  const std::string winner = *Get("new/key");
  int matches = 0;
  for (int i = 0; i < kWriters; ++i) matches += winner == Pattern(kSize, i) ? 1 : 0;
  EXPECT_EQ(matches, 1);
  EXPECT_EQ(Leftovers(), 0);
}

TEST_F(LocalBlobStoreTest, AReaderDuringReplacesSeesOneVersionWhole) {
  const std::string versions[] = {Pattern(500'000, 1), Pattern(700'000, 2)};
  ROOKERY_ASSERT_OK(Put("a", versions[0]));
  std::atomic<bool> done = false;
  std::jthread writer([&] {
    for (int i = 0; i < 50; ++i) ROOKERY_EXPECT_OK(Put("a", versions[i % 2]));
    done = true;
  });
  while (!done) {
    const std::string seen = *Get("a");
    ASSERT_TRUE(seen == versions[0] || seen == versions[1]);
  }
}

TEST_F(LocalBlobStoreTest, UploadsAndDeletesOfOneFolderDoNotTripOverEachOther) {
  std::atomic<bool> done = false;
  std::jthread deleter([&] {
    while (!done) ROOKERY_EXPECT_OK(store_->Delete("a"));
  });
  for (int i = 0; i < 200; ++i) ROOKERY_EXPECT_OK(Put("a/b/c", "x"));
  done = true;
  deleter.join();
  ROOKERY_EXPECT_OK(Put("a/b/c", "last"));
  EXPECT_EQ(*Get("a/b/c"), "last");
  EXPECT_EQ(Leftovers(), 0);
}

}  // namespace
}  // namespace rookery::artifact
