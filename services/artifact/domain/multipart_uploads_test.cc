#include "services/artifact/domain/multipart_uploads.h"

#include <absl/strings/escaping.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"
#include "services/artifact/store/local_blob_store.h"
#include "services/artifact/testing/temp_folder.h"

namespace rookery::artifact {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;
using testing::ReadFile;
using testing::TempFolder;

class MultipartUploadsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ROOKERY_ASSERT_OK_AND_ASSIGN(store_, LocalBlobStore::OpenAt(folder_.path(), clock_));
    uploads_.emplace(*store_, signer_);
    create_.set_artifact_path("0/r/artifacts");
    create_.set_path("/home/me/model.bin");
  }

  v1::CreateMultipartUploadResponse Create(int parts) {
    create_.set_num_parts(parts);
    return uploads_->Create(call_, create_).value();
  }

  // As the data plane does it.
  void Send(const v1::PartUrl& part, const std::string& bytes) {
    const std::string& query = part.query();
    std::string id = query.substr(query.find("blockid=") + 8);
    // Neither `+` nor `/` is in base64 of hex digits and `-`; padding is `%3D`.
    for (size_t at = id.find("%3D"); at != std::string::npos; at = id.find("%3D")) {
      id.replace(at, 3, "=");
    }
    std::string name;
    ASSERT_TRUE(absl::Base64Unescape(id, &name));
    ROOKERY_ASSERT_OK_AND_ASSIGN(const auto writer,
                                 store_->StageBlock("0/r/artifacts/model.bin", name));
    ROOKERY_ASSERT_OK(writer->Append(bytes));
    ROOKERY_ASSERT_OK(writer->Commit());
  }

  Status Complete(const std::string& upload_id, const std::vector<int>& parts) {
    v1::CompleteMultipartUploadRequest request;
    request.set_artifact_path(create_.artifact_path());
    request.set_path(create_.path());
    request.set_upload_id(upload_id);
    for (const int number : parts) request.add_parts()->set_part_number(number);
    return uploads_->Complete(call_, request).status();
  }

  std::string Bytes() const { return ReadFile(folder_ / "0/r/artifacts/model.bin"); }

  TempFolder folder_;
  FakeClock clock_;
  const SigningKeys keys_ = SigningKeys::Parse(SigningKeys::NewLine().value()).value();
  const UrlSigner signer_{keys_, clock_};
  std::unique_ptr<LocalBlobStore> store_;
  std::optional<MultipartUploads> uploads_;
  CallContext call_;
  v1::CreateMultipartUploadRequest create_;
};

TEST_F(MultipartUploadsTest, PartsBecomeTheFileInTheOrderOfTheirNumbers) {
  const auto upload = Create(2);
  ASSERT_EQ(upload.parts_size(), 2);
  EXPECT_EQ(upload.parts(0).part_number(), 1);
  EXPECT_EQ(upload.parts(0).resource(), "default/0/r/artifacts/model.bin");
  EXPECT_THAT(upload.parts(0).query(), HasSubstr("sp=cw&"));
  Send(upload.parts(1), "two");
  Send(upload.parts(0), "one,");
  ROOKERY_ASSERT_OK(Complete(upload.upload_id(), {2, 1}));
  EXPECT_EQ(Bytes(), "one,two");
  // A client that did not hear of it asks again.
  ROOKERY_EXPECT_OK(Complete(upload.upload_id(), {1, 2}));
}

TEST_F(MultipartUploadsTest, TwoUploadsOfOneFileDoNotMix) {
  const auto first = Create(1);
  const auto second = Create(1);
  Send(first.parts(0), "first");
  Send(second.parts(0), "second");
  ROOKERY_ASSERT_OK(Complete(second.upload_id(), {1}));
  EXPECT_EQ(Bytes(), "second");
  ROOKERY_ASSERT_OK(Complete(first.upload_id(), {1}));
  EXPECT_EQ(Bytes(), "first");
}

TEST_F(MultipartUploadsTest, OneThatIsGivenUpLeavesTheFileAsItWas) {
  const auto upload = Create(1);
  Send(upload.parts(0), "one");
  v1::AbortMultipartUploadRequest request;
  request.set_artifact_path(create_.artifact_path());
  request.set_path(create_.path());
  request.set_upload_id(upload.upload_id());
  ROOKERY_EXPECT_OK(uploads_->Abort(call_, request));
  EXPECT_THAT(store_->Open("0/r/artifacts/model.bin"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(MultipartUploadsTest, RefusesWhatHasNotArrivedOrCannotBe) {
  const auto upload = Create(2);
  Send(upload.parts(0), "one");
  EXPECT_THAT(Complete(upload.upload_id(), {1, 2}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("model.bin")));
  for (const std::vector<int>& parts : {std::vector<int>{}, {0}, {1, 1}, {50'001}}) {
    EXPECT_THAT(Complete(upload.upload_id(), parts), StatusIs(absl::StatusCode::kInvalidArgument));
  }
  EXPECT_THAT(Complete("x", {1}), StatusIs(absl::StatusCode::kInvalidArgument));
  for (const int parts : {0, -1, 50'001}) {
    create_.set_num_parts(parts);
    EXPECT_THAT(uploads_->Create(call_, create_), StatusIs(absl::StatusCode::kInvalidArgument));
  }
  create_.set_num_parts(1);
  create_.set_artifact_path("../x");
  EXPECT_THAT(uploads_->Create(call_, create_), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Complete(upload.upload_id(), {1}), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace rookery::artifact
