// Request bodies.
#include <future>

#include "libs/http/testing/test_server.h"

namespace rookery::http {
namespace {

using ::rookery::testing::IsOk;
using ::rookery::testing::StatusIs;
using testing::Echo;
using ::testing::HasSubstr;
using testing::RawClient;

constexpr std::string_view kChunkedHead =
    "PUT /f HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

class Body : public testing::ServerTest {
 protected:
  // Serves a handler that reads the body to its end or first error, tells the test, and answers
  // 200.
  std::future<Status> ServeReader(ServerOptions options = {}) {
    auto seen = std::make_shared<std::promise<Status>>();
    Serve(
        [seen](Exchange& exchange) -> asio::awaitable<void> {
          for (;;) {
            const auto piece = co_await exchange.body().Read();
            if (piece.ok() && !piece->empty()) continue;
            seen->set_value(piece.status());
            break;
          }
          (void)co_await exchange.response().Send(Response());
        },
        std::move(options));
    return seen->get_future();
  }
};

TEST_F(Body, AnEmptyFileMayComeChunked) {
  Serve(Echo());
  RawClient client = Connect();
  for (int i = 0; i < 2; ++i) {
    ROOKERY_ASSERT_OK_AND_ASSIGN(const auto response,
                                 client.Roundtrip(std::string(kChunkedHead) + "0\r\n\r\n"));
    EXPECT_EQ(response.body, "PUT /f? ");
  }
}

TEST_F(Body, ContinueIsSentWhenTheHandlerReads) {
  Serve(Echo());
  RawClient client = Connect();
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      auto response, client.Roundtrip("PUT /f HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
                                      "Expect: 100-continue\r\n\r\n"));
  EXPECT_EQ(response.status, 100);
  ROOKERY_ASSERT_OK_AND_ASSIGN(response, client.Roundtrip("abc"));
  EXPECT_EQ(response.body, "PUT /f? abc");
  ROOKERY_ASSERT_OK_AND_ASSIGN(response, client.Roundtrip("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_EQ(response.status, 200);
}

TEST_F(Body, ContinueIsNotSentWhenTheBodyIsThereAlready) {
  Serve(Echo());
  RawClient client = Connect();
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const auto response, client.Roundtrip("PUT /f HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
                                            "Expect: 100-continue\r\n\r\nabc"));
  EXPECT_EQ(response.status, 200);
}

TEST_F(Body, ContinueIsNotSentWhenTheHandlerAnswersWithoutReading) {
  Serve([](Exchange& exchange) -> asio::awaitable<void> {
    (void)co_await exchange.response().Send(Response(403));
  });
  RawClient client = Connect();
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const auto response, client.Roundtrip("PUT /f HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
                                            "Expect: 100-continue\r\n\r\n"));
  EXPECT_EQ(response.status, 403);
  // The server cannot know whether the client still sends the body.
  EXPECT_EQ(response.headers.Find("Connection"), "close");
  EXPECT_TRUE(client.IsClosedByServer());
}

TEST_F(Body, ContinueIsNotSentWhenContentLengthExceedsTheLimit) {
  Serve(Echo());
  RawClient client = Connect();
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const auto response,
      client.Roundtrip("PUT /f HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n"
                       "Expect: 100-continue\r\n\r\n"));
  EXPECT_EQ(response.status, 413);
  EXPECT_THAT(response.body, HasSubstr("2000000 bytes is longer than the limit of 1048576"));
}

TEST_F(Body, ChunkedBodyIsCountedWhileItIsRead) {
  Serve(Echo());
  RawClient client = Connect();
  ROOKERY_ASSERT_OK(client.Send(kChunkedHead));
  const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
  for (int i = 0; i < 16; ++i) ROOKERY_ASSERT_OK(client.Send(chunk));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto response, client.Roundtrip("1\r\nx\r\n"));
  EXPECT_EQ(response.status, 413);
}

TEST_F(Body, ClientStillSendingGetsTheRefusal) {
  Serve(Echo());
  RawClient client = Connect();
  ROOKERY_ASSERT_OK(client.Send("PUT /f HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\n\r\n"));
  // More than fits into the kernel's buffers: closing at once would reset the connection under the
  // client.
  ROOKERY_ASSERT_OK(client.Send(std::string(20'000'000, 'x')));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto response, client.ReadResponse());
  EXPECT_EQ(response.status, 413);
}

TEST_F(Body, SmallUnreadBodyIsSkipped) {
  Serve([](Exchange& exchange) -> asio::awaitable<void> {
    (void)co_await exchange.response().Send(Response(200, exchange.request().path));
  });
  RawClient client = Connect();
  const std::string body(1 << 20, 'x');
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      auto response,
      client.Roundtrip("PUT /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 1048576\r\n\r\n" + body));
  EXPECT_EQ(response.body, "/1");
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      response, client.Roundtrip(std::string(kChunkedHead) + "3\r\nabc\r\n0\r\n\r\n"));
  EXPECT_EQ(response.body, "/f");
  ROOKERY_ASSERT_OK_AND_ASSIGN(response, client.Roundtrip("GET /3 HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_EQ(response.body, "/3");
}

TEST_F(Body, LargeUnreadBodyEndsTheConnection) {
  Serve([](Exchange& exchange) -> asio::awaitable<void> {
    (void)co_await exchange.response().Send(Response());
  });
  RawClient client = Connect();
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const auto response,
      client.Roundtrip("PUT /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\nabc"));
  EXPECT_EQ(response.headers.Find("Connection"), "close");
  EXPECT_TRUE(client.IsClosedByServer());
}

TEST_F(Body, ClientThatClosesInTheMiddleIsAnError) {
  for (const std::string_view request :
       {std::string_view("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"),
        std::string_view("PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"),
        std::string_view(
            "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n")}) {
    std::future<Status> seen = ServeReader();
    RawClient client = Connect();
    ROOKERY_ASSERT_OK(client.Send(request));
    client.EndSending();
    EXPECT_THAT(seen.get(), StatusIs(absl::StatusCode::kCancelled, HasSubstr("in the middle")));
  }
}

TEST_F(Body, ClientThatResetsInTheMiddleIsAnError) {
  std::future<Status> seen = ServeReader();
  RawClient client = Connect();
  ROOKERY_ASSERT_OK(client.Send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"));
  client.Reset();
  EXPECT_THAT(seen.get(), StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(Body, StandstillIsAnErrorThatCanStillBeAnswered) {
  std::future<Status> seen = ServeReader({.body_progress_timeout = absl::Milliseconds(50)});
  RawClient client = Connect();
  ROOKERY_ASSERT_OK(client.Send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"));
  EXPECT_THAT(seen.get(), StatusIs(absl::StatusCode::kDeadlineExceeded));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto response, client.ReadResponse());
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(client.IsClosedByServer());
}

TEST_F(Body, SlowProgressIsNoError) {
  std::future<Status> seen = ServeReader({.body_progress_timeout = absl::Milliseconds(400)});
  RawClient client = Connect();
  ROOKERY_ASSERT_OK(client.Send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n\r\n"));
  // In all longer than the timeout.
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(seen.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
    ROOKERY_ASSERT_OK(client.Send("x"));
  }
  EXPECT_THAT(seen.get(), IsOk());
}

TEST_F(Body, MalformedChunksAreAnError) {
  const std::string next = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  for (const std::string_view body :
       {"xyz\r\n", "3\r\nabcd\r\n", "-1\r\n", "3\nabc\n", "ffffffffffffffffff\r\n",
        "1\r\na\r\n0\r\nbad trailer\r\n\r\n"}) {
    std::future<Status> seen = ServeReader();
    RawClient client = Connect();
    ROOKERY_ASSERT_OK(client.Send(std::string(kChunkedHead) + std::string(body) + next));
    EXPECT_THAT(seen.get(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("malformed")))
        << body;
    // What follows must not be taken for a request.
    ROOKERY_ASSERT_OK(client.ReadResponse());
    EXPECT_TRUE(client.IsClosedByServer());
  }
}

TEST_F(Body, EndlessChunkExtensionsAndTrailersAreAnError) {
  for (const std::string_view start : {"1;", "0\r\nA: "}) {
    std::future<Status> seen = ServeReader();
    RawClient client = Connect();
    const std::string endless(100'000, 'x');
    ROOKERY_ASSERT_OK(client.Send(std::string(kChunkedHead) + std::string(start) + endless));
    EXPECT_THAT(seen.get(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("too large")));
  }
}

TEST_F(Body, TrailersDoNotBecomeHeaders) {
  Serve([](Exchange& exchange) -> asio::awaitable<void> {
    (void)co_await exchange.body().ReadAll(100);
    const bool found = exchange.request().headers.Find("Authorization").has_value();
    (void)co_await exchange.response().Send(Response(200, found ? "found" : "none"));
  });
  RawClient client = Connect();
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const auto response,
      client.Roundtrip(std::string(kChunkedHead) + "0\r\nAuthorization: me\r\n\r\n"));
  EXPECT_EQ(response.body, "none");
}

TEST_F(Body, PiecesAreAtMostAQuarterMebibyte) {
  size_t largest = 0;
  Serve([&largest](Exchange& exchange) -> asio::awaitable<void> {
    size_t total = 0;
    for (;;) {
      const auto piece = co_await exchange.body().Read();
      if (!piece.ok() || piece->empty()) break;
      largest = std::max(largest, piece->size());
      total += piece->size();
    }
    (void)co_await exchange.response().Send(Response(200, std::to_string(total)));
  });
  RawClient client = Connect();
  const std::string data(8 << 20, 'x');
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const auto response,
      client.Roundtrip(std::string(kChunkedHead) + "800000\r\n" + data + "\r\n0\r\n\r\n"));
  EXPECT_EQ(response.body, std::to_string(data.size()));
  EXPECT_LE(largest, 256u * 1024);
}

}  // namespace
}  // namespace rookery::http
