#include "services/artifact/artifact_service.h"

#include <absl/time/clock.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "libs/base/testing/status_matchers.h"
#include "libs/rpc/status.h"
#include "services/artifact/testing/artifact_server.h"

namespace rookery::artifact {
namespace {

namespace fs = std::filesystem;
using ::rookery::testing::StatusIs;
using testing::ArtifactServer;
using testing::Downloaded;
using ::testing::HasSubstr;
using ::testing::Le;
using testing::Pattern;
using testing::ReadFile;
using ::testing::StartsWith;
using testing::UploadCall;
using testing::WriteFile;

constexpr size_t kMiB = 1 << 20;

// The state that is waited for comes within a moment or never; polling by yielding keeps it exact.
bool Eventually(const std::function<bool()>& condition) {
  const absl::Time deadline = absl::Now() + absl::Seconds(20);
  while (!condition()) {
    if (absl::Now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

// In the process and over TCP: gRPC has a transport of its own for each.
class ArtifactServiceTest : public ::testing::TestWithParam<bool> {
 protected:
  ArtifactServer server_{{.listen = GetParam()}};
};

INSTANTIATE_TEST_SUITE_P(Channels, ArtifactServiceTest, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "Tcp" : "InProcess"; });

TEST_P(ArtifactServiceTest, GivesBackFilesOfAnySize) {
  for (const size_t size : {size_t{0}, size_t{1}, 512 * 1024ul, 5 * kMiB + 1}) {
    ROOKERY_ASSERT_OK(server_.Upload("run/model.bin", Pattern(size)));
    const Downloaded got = server_.Download("run/model.bin");
    ROOKERY_ASSERT_OK(got.status);
    EXPECT_TRUE(got.bytes == Pattern(size)) << size;
    EXPECT_EQ(got.head.at("http-status"), "200");
    EXPECT_EQ(got.head.at("http-content-length"), std::to_string(size));
    EXPECT_THAT(got.largest_message, Le(kMiB));
  }
}

TEST_P(ArtifactServiceTest, SendsTheHeadOfADownload) {
  ROOKERY_ASSERT_OK(server_.Upload("run/\xc3\xbc.html", "<p>"));
  const auto head = server_.Download("run/\xc3\xbc.html").head;
  EXPECT_EQ(head.at("http-content-type"), "text/html");
  EXPECT_THAT(head.at("http-content-disposition"), HasSubstr("filename*=UTF-8''%C3%BC.html"));
  EXPECT_EQ(head.at("http-accept-ranges"), "bytes");
  EXPECT_THAT(head.at("http-last-modified"), HasSubstr(" GMT"));
  EXPECT_THAT(head.at("http-etag"), StartsWith("\""));
  EXPECT_EQ(head.count("http-content-range"), 0u);
}

TEST_P(ArtifactServiceTest, SendsAPartOfAFile) {
  const std::string bytes = Pattern(3 * kMiB);
  ROOKERY_ASSERT_OK(server_.Upload("a", bytes));
  const Downloaded part = server_.Download("a", "bytes=1000000-2999999");
  ROOKERY_ASSERT_OK(part.status);
  EXPECT_TRUE(part.bytes == bytes.substr(1'000'000, 2'000'000));
  EXPECT_EQ(part.head.at("http-status"), "206");
  EXPECT_EQ(part.head.at("http-content-range"), "bytes 1000000-2999999/3145728");
  EXPECT_EQ(server_.Download("a", "bytes=-1").bytes, bytes.substr(bytes.size() - 1));
}

TEST_P(ArtifactServiceTest, ARangeAfterTheEndIsOutOfRangeAndTellsTheSize) {
  ROOKERY_ASSERT_OK(server_.Upload("a", "0123456789"));
  const Downloaded got = server_.Download("a", "bytes=10-");
  EXPECT_THAT(got.status, StatusIs(absl::StatusCode::kOutOfRange));
  EXPECT_EQ(got.head.at("http-status"), "416");
  EXPECT_EQ(got.head.at("http-content-range"), "bytes */10");
}

TEST_P(ArtifactServiceTest, RefusesPathsThatLeaveTheStore) {
  for (const std::string path : {"../a", "a/%2e%2e/b", "/etc/passwd", "a#b"}) {
    const auto refused = StatusIs(absl::StatusCode::kInvalidArgument, StartsWith("Invalid path"));
    EXPECT_THAT(server_.Upload(path, "x"), refused) << path;
    EXPECT_THAT(server_.Download(path).status, refused) << path;
    EXPECT_THAT(server_.List(path), refused) << path;
    EXPECT_THAT(server_.Delete(path), refused) << path;
  }
}

TEST_P(ArtifactServiceTest, TellsMissingFromFolder) {
  ROOKERY_ASSERT_OK(server_.Upload("a/b", "x"));
  EXPECT_THAT(server_.Download("a/c").status,
              StatusIs(absl::StatusCode::kNotFound, "No such artifact: 'a/c'"));
  EXPECT_THAT(server_.Download("a").status, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(server_.Upload("a", "x"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(server_.Upload("a/b/c", "x"), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_P(ArtifactServiceTest, ListsAndDeletes) {
  ROOKERY_ASSERT_OK(server_.Upload("a/b", "x"));
  EXPECT_EQ(server_.List("a")->files_size(), 1);
  ROOKERY_EXPECT_OK(server_.Delete("a"));
  ROOKERY_EXPECT_OK(server_.Delete("a"));
  EXPECT_EQ(server_.List("a")->files_size(), 0);
}

TEST_P(ArtifactServiceTest, SignsUrls) {
  const auto sign = [this](const std::string& path, v1::SignArtifactUrlsResponse* response) {
    grpc::ClientContext context;
    v1::SignArtifactUrlsRequest request;
    request.add_paths(path);
    request.add_permissions(v1::URL_PERMISSION_READ);
    return rpc::FromGrpc(server_.NewStub()->SignArtifactUrls(&context, request, response));
  };
  v1::SignArtifactUrlsResponse response;
  ROOKERY_ASSERT_OK(sign("a b", &response));
  ASSERT_EQ(response.urls_size(), 1);
  EXPECT_EQ(response.urls(0).resource(), "default/a%20b");
  EXPECT_THAT(response.urls(0).query(), HasSubstr("&sr=b&sp=r&"));
  EXPECT_THAT(sign("../a", &response), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_P(ArtifactServiceTest, AnUploadMustNameItsPathFirstAndKeepIt) {
  const auto stub = server_.NewStub();
  EXPECT_THAT(UploadCall(*stub, "").Finish(), StatusIs(absl::StatusCode::kInvalidArgument));
  UploadCall without(*stub, "");
  without.Send("x");
  EXPECT_THAT(without.Finish(), StatusIs(absl::StatusCode::kInvalidArgument));
  UploadCall other(*stub, "a");
  other.Send("x");
  v1::UploadArtifactRequest message;
  message.set_path("b");
  other.stream().Write(message);
  EXPECT_THAT(other.Finish(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("'b'")));
  EXPECT_EQ(server_.List("")->files_size(), 0);
  EXPECT_EQ(server_.Leftovers(), 0);
}

TEST_P(ArtifactServiceTest, AMessageOverOneMiBIsRefused) {
  const auto stub = server_.NewStub();
  UploadCall call(*stub, "");
  v1::UploadArtifactRequest message;
  message.set_path("a");
  message.mutable_body()->set_data(std::string(kMiB + 1, 'x'));
  call.stream().Write(message);
  EXPECT_THAT(call.Finish(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("1048576")));
}

TEST_P(ArtifactServiceTest, ACancelledUploadStoresNothing) {
  ROOKERY_ASSERT_OK(server_.Upload("a", "old"));
  const auto stub = server_.NewStub();
  for (int i = 0; i < 300; ++i) {
    UploadCall call(*stub, "a");
    call.Send(Pattern(1000));
    ASSERT_TRUE(Eventually([&] { return server_.Leftovers() == 1; }));
    call.context().TryCancel();
    EXPECT_THAT(rpc::FromGrpc(call.stream().Finish()), StatusIs(absl::StatusCode::kCancelled));
    ASSERT_TRUE(Eventually([&] { return server_.Leftovers() == 0; }));
  }
  EXPECT_EQ(ReadFile(server_.folder() / "a"), "old");
}

TEST_P(ArtifactServiceTest, AnUploadThatPassesItsDeadlineStoresNothing) {
  const auto stub = server_.NewStub();
  for (int i = 0; i < 20; ++i) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Milliseconds(5)));
    v1::UploadArtifactResponse response;
    const auto stream = stub->UploadArtifact(&context, &response);
    v1::UploadArtifactRequest message;
    message.set_path("a");
    stream->Write(message);
    EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  }
  EXPECT_TRUE(Eventually([&] { return server_.Leftovers() == 0; }));
  EXPECT_FALSE(fs::exists(server_.folder() / "a"));
}

TEST_P(ArtifactServiceTest, ReadersSeeTheOldFileUntilTheUploadEnds) {
  ROOKERY_ASSERT_OK(server_.Upload("a", "old"));
  const auto stub = server_.NewStub();
  UploadCall call(*stub, "a");
  call.Send("new bytes");
  EXPECT_EQ(server_.Download("a").bytes, "old");
  ROOKERY_ASSERT_OK(call.Finish());
  EXPECT_EQ(server_.Download("a").bytes, "new bytes");
}

TEST_P(ArtifactServiceTest, IdleStreamsHoldNoThread) {
  // More open uploads and downloads than the executor has threads.
  ROOKERY_ASSERT_OK(server_.Upload("large", Pattern(8 * kMiB)));
  const auto stub = server_.NewStub();
  std::vector<std::unique_ptr<UploadCall>> uploads;
  for (int i = 0; i < 16; ++i) {
    uploads.push_back(std::make_unique<UploadCall>(*stub, "u" + std::to_string(i)));
    ASSERT_TRUE(uploads.back()->Send("first"));
  }
  grpc::ClientContext contexts[16];
  std::vector<std::unique_ptr<grpc::ClientReader<google::api::HttpBody>>> downloads;
  for (auto& context : contexts) {
    v1::DownloadArtifactRequest request;
    request.set_path("large");
    downloads.push_back(stub->DownloadArtifact(&context, request));
    downloads.back()->WaitForInitialMetadata();
  }
  ROOKERY_EXPECT_OK(server_.Upload("b", "x"));
  EXPECT_EQ(server_.Download("b").bytes, "x");
  for (auto& upload : uploads) ROOKERY_EXPECT_OK(upload->Finish());
  for (auto& context : contexts) context.TryCancel();
  for (auto& download : downloads) download->Finish();
}

TEST_P(ArtifactServiceTest, ManyClientsAtOnceGetTheirOwnFiles) {
  std::vector<std::jthread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([this, i] {
      const std::string path = "c/" + std::to_string(i);
      for (int round = 0; round < 5; ++round) {
        const std::string bytes = Pattern(kMiB + size_t{17} * i, 100 * i + round);
        ROOKERY_EXPECT_OK(server_.Upload(path, bytes));
        EXPECT_TRUE(server_.Download(path).bytes == bytes);
      }
    });
  }
}

TEST(ArtifactServiceIdleTest, AStreamThatStandsStillIsEndedAndLeavesNothing) {
  for (const bool listen : {false, true}) {
    ArtifactServer server({.stream_idle_limit = absl::Milliseconds(30), .listen = listen});
    const auto stub = server.NewStub();
    UploadCall silent(*stub, "a");
    UploadCall begun(*stub, "b");
    begun.Send("part");
    const auto ended = StatusIs(absl::StatusCode::kDeadlineExceeded, HasSubstr("stood still"));
    EXPECT_THAT(rpc::FromGrpc(begun.stream().Finish()), ended);
    EXPECT_THAT(rpc::FromGrpc(silent.stream().Finish()), ended);
    EXPECT_TRUE(Eventually([&] { return server.Leftovers() == 0; }));
    EXPECT_THAT(server.Download("b").status, StatusIs(absl::StatusCode::kNotFound));
  }
}

TEST(ArtifactServiceIdleTest, AStreamThatMovesIsNotEnded) {
  ArtifactServer server({.stream_idle_limit = absl::Milliseconds(200)});
  const auto stub = server.NewStub();
  UploadCall slow(*stub, "a");
  const absl::Time end = absl::Now() + absl::Milliseconds(600);
  while (absl::Now() < end) ASSERT_TRUE(slow.Send("x"));
  ROOKERY_EXPECT_OK(slow.Finish());
}

TEST(ArtifactServiceMetricsTest, StreamsAreCountedByMethodAndCode) {
  metrics::Registry registry;
  ArtifactServer server({.metrics = &registry});
  ROOKERY_ASSERT_OK(server.Upload("a", "x"));
  ROOKERY_ASSERT_OK(server.Download("a").status);
  EXPECT_FALSE(server.Download("b").status.ok());
  const std::string text = registry.Text();
  const auto counted = [](const std::string& method, const std::string& code) {
    return HasSubstr("rookery_rpc_requests_total{code=\"" + code + "\",method=\"" + method +
                     "\",service=\"rookery.artifact.v1.ArtifactService\"} 1\n");
  };
  EXPECT_THAT(text, counted("UploadArtifact", "OK"));
  EXPECT_THAT(text, counted("DownloadArtifact", "OK"));
  EXPECT_THAT(text, counted("DownloadArtifact", "NOT_FOUND"));
}

TEST(ArtifactServiceOverloadTest, AFullQueueIsResourceExhaustedAndLeavesNothing) {
  ArtifactServer server({.threads = 0, .max_queued = 0});
  const auto exhausted = StatusIs(absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(server.Upload("a", "x"), exhausted);
  EXPECT_THAT(server.Download("a").status, exhausted);
  EXPECT_THAT(server.List(""), exhausted);
  EXPECT_EQ(server.Leftovers(), 0);
}

TEST(ArtifactServiceFileTest, AFileThatShrinksWhileItIsReadIsAnErrorAndNotAShortFile) {
  ArtifactServer server({});
  WriteFile(server.folder() / "a", std::string(8 * kMiB, 'x'));
  const auto stub = server.NewStub();
  grpc::ClientContext context;
  v1::DownloadArtifactRequest request;
  request.set_path("a");
  const auto stream = stub->DownloadArtifact(&context, request);
  google::api::HttpBody message;
  ASSERT_TRUE(stream->Read(&message));
  fs::resize_file(server.folder() / "a", kMiB);
  while (stream->Read(&message)) {
  }
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::DATA_LOSS);
}

}  // namespace
}  // namespace rookery::artifact
