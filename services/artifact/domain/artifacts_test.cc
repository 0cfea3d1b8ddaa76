#include "services/artifact/domain/artifacts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"
#include "services/artifact/store/local_blob_store.h"
#include "services/artifact/testing/temp_folder.h"

namespace rookery::artifact {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using testing::TempFolder;
using testing::WriteFile;

class ArtifactsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ROOKERY_ASSERT_OK_AND_ASSIGN(store_, LocalBlobStore::OpenAt(folder_.path(), Clock::Real()));
    artifacts_.emplace(*store_);
  }

  StatusOr<v1::ListArtifactsResponse> List(const std::string& path) {
    v1::ListArtifactsRequest request;
    if (!path.empty()) request.set_path(path);
    return artifacts_->List(call_, request);
  }

  std::vector<std::string> Names(const std::string& path) {
    std::vector<std::string> names;
    auto response = List(path);
    EXPECT_THAT(response, ::rookery::testing::IsOk());
    for (const auto& file : response->files()) names.push_back(file.path());
    return names;
  }

  Status Delete(const std::string& path) {
    v1::DeleteArtifactRequest request;
    request.set_path(path);
    return artifacts_->Delete(call_, request).status();
  }

  TempFolder folder_;
  std::unique_ptr<LocalBlobStore> store_;
  std::optional<Artifacts> artifacts_;
  CallContext call_;
};

TEST_F(ArtifactsTest, AListingSaysWhatIsAFolderAndHowLargeFilesAre) {
  WriteFile(folder_ / "r/file", "123");
  WriteFile(folder_ / "r/empty", "");
  WriteFile(folder_ / "r/sub/x", "1");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto response, List("r"));
  ASSERT_EQ(response.files_size(), 3);
  const auto& empty = response.files(0);
  EXPECT_EQ(empty.path(), "empty");
  EXPECT_TRUE(empty.has_is_dir());
  EXPECT_FALSE(empty.is_dir());
  EXPECT_FALSE(empty.has_file_size());
  EXPECT_EQ(response.files(1).file_size(), 3);
  EXPECT_TRUE(response.files(2).is_dir());
  EXPECT_FALSE(response.files(2).has_file_size());
}

TEST_F(ArtifactsTest, AListingOfAFileOrOfNothingIsEmpty) {
  WriteFile(folder_ / "file", "123");
  EXPECT_THAT(Names("file"), IsEmpty());
  EXPECT_THAT(Names("none"), IsEmpty());
}

TEST_F(ArtifactsTest, ATrailingSlashNamesTheSameFolder) {
  WriteFile(folder_ / "r/file", "123");
  EXPECT_THAT(Names("r/"), ElementsAre("file"));
  ROOKERY_EXPECT_OK(Delete("r/"));
  EXPECT_THAT(Names(""), IsEmpty());
}

TEST_F(ArtifactsTest, AListingLeavesOutNamesThatNoProtoCanCarry) {
  WriteFile(folder_ / "bad\xff", "1");
  WriteFile(folder_ / "good", "1");
  EXPECT_THAT(Names(""), ElementsAre("good"));
}

TEST_F(ArtifactsTest, WorkspacesDoNotSeeEachOther) {
  WriteFile(folder_ / "workspaces/team/a", "team's");
  WriteFile(folder_ / "workspaces/other/b", "other's");
  WriteFile(folder_ / "c", "default's");
  EXPECT_THAT(Names(""), ElementsAre("c"));
  EXPECT_THAT(List("workspaces"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Delete("workspaces"), StatusIs(absl::StatusCode::kInvalidArgument));
  call_.workspace = "team";
  EXPECT_THAT(Names(""), ElementsAre("a"));
  EXPECT_THAT(artifacts_->Open(call_, "c", ""), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ArtifactsTest, WhatIsMissingIsNamedByTheCallersPath) {
  call_.workspace = "team";
  EXPECT_THAT(artifacts_->Open(call_, "a/b", ""),
              StatusIs(absl::StatusCode::kNotFound, "No such artifact: 'a/b'"));
}

TEST_F(ArtifactsTest, AFolderCannotBeDownloadedNorOverwritten) {
  WriteFile(folder_ / "r/file", "123");
  EXPECT_THAT(artifacts_->Open(call_, "r", ""),
              StatusIs(absl::StatusCode::kInvalidArgument, StartsWith("'r' is a folder")));
  EXPECT_THAT(artifacts_->Upload(call_, "r"),
              StatusIs(absl::StatusCode::kInvalidArgument, StartsWith("'r' is a folder")));
  EXPECT_THAT(artifacts_->Upload(call_, "r/file/x"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("lies below a file")));
}

TEST_F(ArtifactsTest, AnEmptyPathDeletesNothing) {
  WriteFile(folder_ / "file", "123");
  EXPECT_THAT(Delete(""), StatusIs(absl::StatusCode::kInvalidArgument, StartsWith("Invalid path")));
  EXPECT_THAT(Delete("/"),
              StatusIs(absl::StatusCode::kInvalidArgument, StartsWith("Invalid path")));
  EXPECT_THAT(Names(""), ElementsAre("file"));
}

TEST_F(ArtifactsTest, ARangeOutsideSendsTheHeadAlone) {
  WriteFile(folder_ / "file", "123");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto download, artifacts_->Open(call_, "file", "bytes=3-"));
  EXPECT_THAT(download.status, StatusIs(absl::StatusCode::kOutOfRange));
  EXPECT_EQ(download.head.front().value, "416");
}

TEST_F(ArtifactsTest, ATreeHasAllFilesOfAPrefixInPages) {
  for (const char* path : {"r/a/x", "r/a/y", "r/a.txt", "r/b", "s/c"}) {
    WriteFile(folder_ / path, "12");
  }
  v1::ListArtifactTreeRequest request;
  request.set_prefix("r/");
  request.set_max_results(3);
  std::vector<std::string> paths;
  std::vector<int> sizes;
  do {
    ROOKERY_ASSERT_OK_AND_ASSIGN(const auto page, artifacts_->ListTree(call_, request));
    sizes.push_back(page.files_size());
    for (const auto& file : page.files()) {
      paths.push_back(file.path());
      EXPECT_EQ(file.size_bytes(), 2);
      EXPECT_GT(file.last_modified_ms(), 0);
      EXPECT_NE(file.etag(), "");
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(paths, ElementsAre("r/a.txt", "r/a/x", "r/a/y", "r/b"));
  EXPECT_THAT(sizes, ElementsAre(3, 1));
  request.set_prefix("r/a.txt");
  EXPECT_EQ(artifacts_->ListTree(call_, request)->files_size(), 1);
  request.set_prefix("nope/");
  EXPECT_EQ(artifacts_->ListTree(call_, request)->files_size(), 0);
}

TEST_F(ArtifactsTest, ATreeOfOddRequestsIsRefused) {
  v1::ListArtifactTreeRequest request;
  request.set_max_results(0);
  EXPECT_THAT(artifacts_->ListTree(call_, request), StatusIs(absl::StatusCode::kInvalidArgument));
  request.set_max_results(5001);
  EXPECT_THAT(artifacts_->ListTree(call_, request), StatusIs(absl::StatusCode::kInvalidArgument));
  request.set_max_results(1);
  request.set_page_token("!");
  EXPECT_THAT(artifacts_->ListTree(call_, request), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace rookery::artifact
