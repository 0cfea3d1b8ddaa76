#include "services/artifact/domain/blob_listing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"
#include "services/artifact/store/local_blob_store.h"
#include "services/artifact/testing/temp_folder.h"

namespace rookery::artifact {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::TempFolder;
using testing::WriteFile;

class BlobListing : public ::testing::Test {
 protected:
  void SetUp() override {
    ROOKERY_ASSERT_OK_AND_ASSIGN(store_, LocalBlobStore::OpenAt(folder_.path(), Clock::Real()));
  }

  void Write(const std::vector<std::string>& paths) {
    for (const std::string& path : paths) WriteFile(folder_ / path, "x");
  }

  std::vector<std::string> Paths(const ListOptions& options) {
    std::vector<std::string> paths;
    const auto page = ListBlobs(*store_, call_, options);
    EXPECT_THAT(page, ::rookery::testing::IsOk());
    for (const ListedItem& item : page->items) paths.push_back(item.path);
    return paths;
  }

  // All pages one after the other.
  std::vector<std::string> Paged(ListOptions options) {
    std::vector<std::string> paths;
    do {
      const BlobPage page = ListBlobs(*store_, call_, options).value();
      EXPECT_LE(page.items.size(), options.max_items);
      for (const ListedItem& item : page.items) paths.push_back(item.path);
      options.from = page.next;
    } while (!options.from.empty());
    return paths;
  }

  TempFolder folder_;
  std::unique_ptr<LocalBlobStore> store_;
  CallContext call_;
};

TEST_F(BlobListing, IsFlatInTheOrderOfWholePaths) {
  Write({"a/b", "a.txt", "a b", "a/B/c", "a-b", "b"});
  EXPECT_THAT(Paths({}), ElementsAre("a b", "a-b", "a.txt", "a/B/c", "a/b", "b"));
}

TEST_F(BlobListing, TakesAPrefixThatEndsAnywhere) {
  Write({"ab/c", "ab/cd/e", "abc", "b/ab"});
  EXPECT_THAT(Paths({.prefix = "ab"}), ElementsAre("ab/c", "ab/cd/e", "abc"));
  EXPECT_THAT(Paths({.prefix = "ab/"}), ElementsAre("ab/c", "ab/cd/e"));
  EXPECT_THAT(Paths({.prefix = "ab/c"}), ElementsAre("ab/c", "ab/cd/e"));
  EXPECT_THAT(Paths({.prefix = "ab/cd/"}), ElementsAre("ab/cd/e"));
  for (const char* none : {"x", "ab/x", "ab//", "/", "../", "abc/", ".rookery-uploads/", "ab/c/"}) {
    EXPECT_THAT(Paths({.prefix = none}), IsEmpty()) << none;
  }
}

TEST_F(BlobListing, ByFolderShowsWhatLiesDirectlyBelowThePrefix) {
  Write({"ab/c", "ab/cd/e", "ab/cd/f", "abc"});
  EXPECT_THAT(Paths({.by_folder = true}), ElementsAre("ab/", "abc"));
  EXPECT_THAT(Paths({.prefix = "ab/", .by_folder = true}), ElementsAre("ab/c", "ab/cd/"));
  EXPECT_THAT(Paths({.prefix = "ab", .by_folder = true}), ElementsAre("ab/", "abc"));
}

TEST_F(BlobListing, PagesOfAnySizeShowEverythingOnce) {
  Write({"a/1", "a/2", "a/b/3", "a/b/4", "a.5", "b/6", "c", "d/e/f/7"});
  for (const bool by_folder : {false, true}) {
    const auto all = Paths({.by_folder = by_folder});
    for (size_t size = 1; size <= all.size() + 1; ++size) {
      EXPECT_EQ(Paged({.max_items = size, .by_folder = by_folder}), all) << size;
    }
  }
  EXPECT_THAT(Paged({.prefix = "a/", .max_items = 1}), ElementsAre("a/1", "a/2", "a/b/3", "a/b/4"));
}

TEST_F(BlobListing, TellsSizeAndVersion) {
  Write({"a"});
  const BlobPage page = ListBlobs(*store_, call_, {}).value();
  EXPECT_EQ(page.items[0].info.size_bytes, 1);
  EXPECT_EQ(page.items[0].info.etag, (*store_->Open("a"))->info().etag);
}

TEST_F(BlobListing, AWorkspaceSeesItsOwnFiles) {
  Write({"a", "workspaces/team/b", "workspaces/other/c"});
  EXPECT_THAT(Paths({}), ElementsAre("a"));
  EXPECT_THAT(Paths({.prefix = "workspaces/"}), IsEmpty());
  call_.workspace = "team";
  EXPECT_THAT(Paths({}), ElementsAre("b"));
}

}  // namespace
}  // namespace rookery::artifact
