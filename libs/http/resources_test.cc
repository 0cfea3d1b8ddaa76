// Memory and file descriptors. Alone in its program, because it looks at what the whole process
// uses.
#include <sys/resource.h>

#include <thread>

#include "libs/http/testing/test_server.h"

namespace rookery::http {
namespace {

using testing::Echo;
using testing::Eventually;
using testing::MemoryBytes;
using testing::PeakMemoryBytes;
using testing::RawClient;
using testing::ReceivedResponse;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr size_t kSanitizersShare = 100;  // Their own memory hides ours.
#else
constexpr size_t kSanitizersShare = 1;
#endif

constexpr uint64_t kGibibyte = 1 << 30;
constexpr size_t kGrowthLimitBytes = kSanitizersShare * (32 << 20);
constexpr std::string_view kGet = "GET /g HTTP/1.1\r\nHost: x\r\n\r\n";

class Resources : public testing::ServerTest {};

TEST_F(Resources, UploadOfAGibibyteTakesConstantMemory) {
  Serve([](Exchange& exchange) -> asio::awaitable<void> {
    uint64_t total = 0;
    for (;;) {
      const auto piece = co_await exchange.body().Read();
      if (!piece.ok() || piece->empty()) break;
      total += piece->size();
    }
    (void)co_await exchange.response().Send(Response(200, std::to_string(total)));
  });
  const std::string data(1 << 20, 'x');
  const size_t before = PeakMemoryBytes();
  for (const bool chunked : {false, true}) {
    RawClient client = Connect();
    ROOKERY_ASSERT_OK(client.Send(
        std::string("PUT / HTTP/1.1\r\nHost: x\r\n") +
        (chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "Content-Length: 1073741824\r\n\r\n")));
    for (uint64_t sent = 0; sent < kGibibyte; sent += data.size()) {
      ROOKERY_ASSERT_OK(client.Send(chunked ? "100000\r\n" : ""));
      ROOKERY_ASSERT_OK(client.Send(data));
      ROOKERY_ASSERT_OK(client.Send(chunked ? "\r\n" : ""));
    }
    ROOKERY_ASSERT_OK(client.Send(chunked ? "0\r\n\r\n" : ""));
    ROOKERY_ASSERT_OK_AND_ASSIGN(const ReceivedResponse response, client.ReadResponse());
    EXPECT_EQ(response.body, std::to_string(kGibibyte));
  }
  EXPECT_LT(PeakMemoryBytes() - before, kGrowthLimitBytes);
}

TEST_F(Resources, DownloadOfAGibibyteTakesConstantMemory) {
  Serve([](Exchange& exchange) -> asio::awaitable<void> {
    const std::string data(256 << 10, 'x');
    Status status = co_await exchange.response().Start(ResponseHead(), kGibibyte);
    for (uint64_t sent = 0; status.ok() && sent < kGibibyte; sent += data.size()) {
      status = co_await exchange.response().Write(data);
    }
    if (status.ok()) (void)co_await exchange.response().Finish();
  });
  const size_t before = PeakMemoryBytes();
  RawClient client = Connect();
  ROOKERY_ASSERT_OK(client.Send(kGet));
  ROOKERY_ASSERT_OK(client.ReadHead());
  uint64_t received = 0;
  while (received < kGibibyte) {
    ROOKERY_ASSERT_OK_AND_ASSIGN(const std::string bytes, client.ReadBytes(256 << 10));
    ASSERT_FALSE(bytes.empty());
    received += bytes.size();
  }
  EXPECT_EQ(received, kGibibyte);
  EXPECT_LT(PeakMemoryBytes() - before, kGrowthLimitBytes);
}

TEST_F(Resources, IdleConnectionsAreCheap) {
  Serve(Echo());
  constexpr size_t kConnections = 2000;
  std::vector<RawClient> clients;
  clients.reserve(kConnections);
  // Each has been used, with a body that took the large buffer.
  const std::string request =
      "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n" + std::string(300'000, 'x');
  const auto use = [&] {
    clients.push_back(Connect());
    ROOKERY_ASSERT_OK(clients.back().Roundtrip(request));
  };
  for (int i = 0; i < 20; ++i) use();
  const size_t before = MemoryBytes();
  while (clients.size() < kConnections) use();
  const size_t after = MemoryBytes();
  const size_t each = (after - std::min(before, after)) / (kConnections - 20);
  std::printf("%zu bytes for an idle connection\n", each);
  EXPECT_LT(each, kSanitizersShare * (8 << 10));
  EXPECT_EQ(server_->connections(), kConnections);
}

TEST_F(Resources, ServerOutlivesALackOfFileDescriptors) {
  Serve(Echo());
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlimit original = limit;
  // The limit holds for new descriptors only: the clients get theirs first, then none is left for
  // the server.
  std::vector<RawClient> clients;
  {
    RawClient probe = Connect();
    ROOKERY_ASSERT_OK(probe.Roundtrip(kGet));
  }
  ASSERT_TRUE(Eventually([this] { return server_->connections() == 0; }));
  limit.rlim_cur = 64;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  for (;;) {
    auto client = RawClient::Connect(server_->port());
    if (!client.ok()) break;
    clients.push_back(*std::move(client));
  }
  ASSERT_GT(clients.size(), 5u);

  // While it lacks descriptors it does not spin.
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto busy = [](const rusage& u) {
    return absl::DurationFromTimeval(u.ru_utime) + absl::DurationFromTimeval(u.ru_stime);
  };
  const absl::Duration before = busy(usage);
  EXPECT_FALSE(clients.back().IsAnsweredWithin(absl::Milliseconds(300)));
  getrusage(RUSAGE_SELF, &usage);
  EXPECT_LT(busy(usage) - before, absl::Milliseconds(100));

  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &original), 0);
  ROOKERY_ASSERT_OK_AND_ASSIGN(const ReceivedResponse response, clients.back().Roundtrip(kGet));
  EXPECT_EQ(response.status, 200);
}

}  // namespace
}  // namespace rookery::http
