// How much memory large files cost.
#include <absl/synchronization/mutex.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

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

// A number of /proc/self/status.
int64_t Status(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name + ":")) return std::stoll(line.substr(name.size() + 1));
  }
  return 0;
}

int64_t PeakBytes() { return Status("VmHWM") * 1024; }

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

TEST_P(MemoryTest, AThousandIdleStreamsTakeLittleAndNoThreads) {
  constexpr int kStreams = 1000;
  constexpr int64_t kMaxThreads = 16;
  const int64_t threads = Status("Threads");
  const auto stub = server_.NewStub();
  std::vector<std::unique_ptr<UploadCall>> streams;
  for (int i = 0; i < kStreams; ++i) {
    streams.push_back(std::make_unique<UploadCall>(*stub, "u" + std::to_string(i)));
    // Half of them say nothing at all.
    if (i % 2 == 0) {
      ASSERT_TRUE(streams.back()->Send("first"));
    }
  }
  for (int i = 0; i < 100; ++i) ROOKERY_ASSERT_OK(server_.List(""));
  ROOKERY_ASSERT_OK(server_.Upload("beside", "x"));
  std::cout << Growth() / kStreams << " bytes and "
            << static_cast<double>(Status("Threads") - threads) / kStreams
            << " threads for a stream, both ends together\n";
  EXPECT_LT(Growth(), kMaxGrowthBytes);
  EXPECT_LT(Status("Threads"), threads + kMaxThreads);
  ROOKERY_EXPECT_OK(streams[0]->Finish());
  for (auto& stream : streams) stream->context().TryCancel();
}

}  // namespace
}  // namespace rookery::artifact
