// How much memory large files cost.
#include <absl/synchronization/mutex.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include "libs/base/testing/status_matchers.h"
#include "libs/rpc/status.h"
#include "services/artifact/testing/artifact_server.h"

namespace rookery::artifact {
namespace {

using testing::ArtifactServer;
using testing::UploadCall;
using testing::WriteFile;

constexpr int64_t kMiB = 1 << 20;
constexpr int64_t kFileBytes = 256 * kMiB;
// For both ends of the call, which share this process.
constexpr int64_t kMaxGrowthBytes = 48 * kMiB;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

int64_t PeakBytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoll(line.substr(6)) * 1024;
  }
  return 0;
}

// From here on the peak counts anew.
void ResetPeak() { std::ofstream("/proc/self/clear_refs") << "5"; }

class MemoryTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (kSanitized) GTEST_SKIP() << "NOT RUN: sanitizers keep freed memory";
    // What is made once must not count.
    ROOKERY_ASSERT_OK(server_.Upload("warm", std::string(4 * kMiB, 'x')));
    ROOKERY_ASSERT_OK(server_.Download("warm").status);
    ResetPeak();
    before_ = PeakBytes();
    ASSERT_GT(before_, 0);
  }

  int64_t Growth() const { return PeakBytes() - before_; }

  ArtifactServer server_{{.listen = GetParam()}};
  int64_t before_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Channels, MemoryTest, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "Tcp" : "InProcess"; });

TEST_P(MemoryTest, ADownloadToAReaderThatStallsIsNotHeldInMemory) {
  WriteFile(server_.folder() / "large", "");
  std::filesystem::resize_file(server_.folder() / "large", kFileBytes);
  const auto stub = server_.NewStub();
  grpc::ClientContext context;
  v1::DownloadArtifactRequest request;
  request.set_path("large");
  const auto stream = stub->DownloadArtifact(&context, request);
  google::api::HttpBody message;
  ASSERT_TRUE(stream->Read(&message));
  int64_t received = static_cast<int64_t>(message.data().size());
  // Not read further until the server has run ahead or a second has passed.
  const absl::Time deadline = absl::Now() + absl::Seconds(1);
  while (absl::Now() < deadline) ASSERT_LT(Growth(), kMaxGrowthBytes);
  while (stream->Read(&message)) received += static_cast<int64_t>(message.data().size());
  ROOKERY_EXPECT_OK(rpc::FromGrpc(stream->Finish()));
  EXPECT_EQ(received, kFileBytes);
  EXPECT_LT(Growth(), kMaxGrowthBytes);
  std::cout << "memory grew by " << Growth() / 1024 << " KiB\n";
}

TEST_P(MemoryTest, AnUploadIsNotHeldInMemory) {
  const auto stub = server_.NewStub();
  UploadCall call(*stub, "large");
  const std::string piece(kMiB, 'x');
  for (int64_t sent = 0; sent < kFileBytes; sent += kMiB) ASSERT_TRUE(call.Send(piece));
  ROOKERY_EXPECT_OK(call.Finish());
  EXPECT_EQ(std::filesystem::file_size(server_.folder() / "large"), kFileBytes);
  EXPECT_LT(Growth(), kMaxGrowthBytes);
  std::cout << "memory grew by " << Growth() / 1024 << " KiB\n";
}

}  // namespace
}  // namespace rookery::artifact
