// Responses.
#include <future>

#include "libs/http/testing/test_server.h"

namespace rookery::http {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;
using testing::RawClient;
using testing::ReceivedResponse;

constexpr std::string_view kGet = "GET /g HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr std::string_view kHead = "HEAD /h HTTP/1.1\r\nHost: x\r\n\r\n";

class ResponseTest : public testing::ServerTest {
 protected:
  // Serves `handler`, whose status reaches the test.
  std::future<Status> ServeWriter(std::function<asio::awaitable<Status>(ResponseWriter&)> handler,
                                  ServerOptions options = {}) {
    auto seen = std::make_shared<std::promise<Status>>();
    Serve(
        [seen, handler = std::move(handler)](Exchange& exchange) -> asio::awaitable<void> {
          seen->set_value(co_await handler(exchange.response()));
        },
        std::move(options));
    return seen->get_future();
  }
};

asio::awaitable<Status> WriteHelloWorld(ResponseWriter& response,
                                        std::optional<uint64_t> content_length) {
  Status status = co_await response.Start(ResponseHead(), content_length);
  if (status.ok()) status = co_await response.Write("hello ");
  if (status.ok()) status = co_await response.Write("");
  if (status.ok()) status = co_await response.Write("world");
  if (status.ok()) status = co_await response.Finish();
  co_return status;
}

Handler HelloWorld(std::optional<uint64_t> content_length) {
  return [content_length](Exchange& exchange) -> asio::awaitable<void> {
    (void)co_await WriteHelloWorld(exchange.response(), content_length);
  };
}

TEST_F(ResponseTest, UnknownLengthIsChunked) {
  Serve(HelloWorld(std::nullopt));
  RawClient client = Connect();
  for (int i = 0; i < 2; ++i) {
    ROOKERY_ASSERT_OK_AND_ASSIGN(const ReceivedResponse response, client.Roundtrip(kGet));
    EXPECT_EQ(response.body, "hello world");
    EXPECT_EQ(response.headers.Find("Transfer-Encoding"), "chunked");
    EXPECT_EQ(response.headers.Find("Content-Length"), std::nullopt);
  }
}

TEST_F(ResponseTest, KnownLengthIsNotChunked) {
  Serve(HelloWorld(11));
  RawClient client = Connect();
  for (int i = 0; i < 2; ++i) {
    ROOKERY_ASSERT_OK_AND_ASSIGN(const ReceivedResponse response, client.Roundtrip(kGet));
    EXPECT_EQ(response.body, "hello world");
    EXPECT_EQ(response.headers.Find("Transfer-Encoding"), std::nullopt);
    EXPECT_EQ(response.headers.Find("Content-Length"), "11");
  }
}

TEST_F(ResponseTest, UnknownLengthEndsWithTheConnectionForHttp10) {
  Serve(HelloWorld(std::nullopt));
  RawClient client = Connect();
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const ReceivedResponse response,
      client.Roundtrip("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  EXPECT_EQ(response.body, "hello world");
  EXPECT_EQ(response.headers.Find("Connection"), "close");
}

TEST_F(ResponseTest, HeadHasTheHeadersOfGetAndNoBody) {
  for (const std::optional<uint64_t> length :
       {std::optional<uint64_t>(), std::optional<uint64_t>(11)}) {
    Serve(HelloWorld(length));
    RawClient client = Connect();
    ROOKERY_ASSERT_OK(client.Send(kHead));
    ROOKERY_ASSERT_OK_AND_ASSIGN(const std::string head, client.ReadHead());
    // What comes next is the next response.
    ROOKERY_ASSERT_OK(client.Send(kGet));
    ROOKERY_ASSERT_OK_AND_ASSIGN(const std::string get, client.ReadHead());
    EXPECT_EQ(head, get);
  }
}

TEST_F(ResponseTest, SendKeepsTheContentLengthForHead) {
  Serve([](Exchange& exchange) -> asio::awaitable<void> {
    (void)co_await exchange.response().Send(Response(200, "body"));
  });
  RawClient client = Connect();
  ROOKERY_ASSERT_OK(client.Send(kHead));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const ReceivedResponse response, client.ReadResponse(true));
  EXPECT_EQ(response.headers.Find("Content-Length"), "4");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const ReceivedResponse next, client.Roundtrip(kGet));
  EXPECT_EQ(next.body, "body");
}

TEST_F(ResponseTest, NoContentHasNeitherBodyNorLength) {
  for (const int status : {204, 304}) {
    Serve([status](Exchange& exchange) -> asio::awaitable<void> {
      (void)co_await exchange.response().Send(Response(status, "dropped"));
    });
    RawClient client = Connect();
    for (int i = 0; i < 2; ++i) {
      ROOKERY_ASSERT_OK_AND_ASSIGN(const ReceivedResponse response, client.Roundtrip(kGet));
      EXPECT_EQ(response.status, status);
      EXPECT_EQ(response.headers.size(), 0u);
    }
  }
}

TEST_F(ResponseTest, HandlerThatThrowsBecomesA500) {
  Serve([](Exchange& exchange) -> asio::awaitable<void> {
    if (exchange.request().path == "/g") throw std::runtime_error("secret");
    // NOLINTNEXTLINE(bugprone-std-exception-baseclass): a handler may throw anything.
    if (exchange.request().path == "/int") throw 7;
    (void)co_await exchange.response().Send(Response());
  });
  RawClient client = Connect();
  for (const char* path : {"/g", "/int"}) {
    ROOKERY_ASSERT_OK_AND_ASSIGN(
        const ReceivedResponse response,
        client.Roundtrip(std::string("GET ") + path + " HTTP/1.1\r\nHost: x\r\n\r\n"));
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.body.find("secret"), std::string::npos);
  }
  ROOKERY_ASSERT_OK_AND_ASSIGN(const ReceivedResponse response,
                               client.Roundtrip("GET /ok HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_EQ(response.status, 200);
}

TEST_F(ResponseTest, HandlerThatAnswersNothingBecomesA500) {
  Serve([](Exchange&) -> asio::awaitable<void> { co_return; });
  RawClient client = Connect();
  ROOKERY_ASSERT_OK_AND_ASSIGN(const ReceivedResponse response, client.Roundtrip(kGet));
  EXPECT_EQ(response.status, 500);
}

TEST_F(ResponseTest, HandlerThatThrowsInTheMiddleCutsTheConnection) {
  for (const std::optional<uint64_t> length :
       {std::optional<uint64_t>(), std::optional<uint64_t>(11)}) {
    Serve([length](Exchange& exchange) -> asio::awaitable<void> {
      (void)co_await exchange.response().Start(ResponseHead(), length);
      (void)co_await exchange.response().Write("hello");
      throw std::runtime_error("in the middle");
    });
    RawClient client = Connect();
    EXPECT_FALSE(client.Roundtrip(kGet).ok());
  }
}

TEST_F(ResponseTest, CutHttp10ResponseIsAReset) {
  Serve([](Exchange& exchange) -> asio::awaitable<void> {
    (void)co_await exchange.response().Start(ResponseHead(), std::nullopt);
    // No Finish.
  });
  RawClient client = Connect();
  ROOKERY_ASSERT_OK(client.Send("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_THAT(client.ReadAll(), StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(ResponseTest, ShortBodyIsAnErrorAndCutsTheConnection) {
  std::future<Status> seen =
      ServeWriter([](ResponseWriter& response) { return WriteHelloWorld(response, 12); });
  RawClient client = Connect();
  EXPECT_FALSE(client.Roundtrip(kGet).ok());
  EXPECT_THAT(seen.get(), StatusIs(absl::StatusCode::kInternal, HasSubstr("1 bytes shorter")));
}

TEST_F(ResponseTest, LongBodyIsAnErrorAndCutsTheConnection) {
  std::future<Status> seen =
      ServeWriter([](ResponseWriter& response) { return WriteHelloWorld(response, 10); });
  RawClient client = Connect();
  EXPECT_FALSE(client.Roundtrip(kGet).ok());
  EXPECT_THAT(seen.get(), StatusIs(absl::StatusCode::kInternal, HasSubstr("longer")));
}

TEST_F(ResponseTest, CallsInTheWrongOrderAreErrors) {
  std::promise<std::vector<Status>> seen;
  Serve([&seen](Exchange& exchange) -> asio::awaitable<void> {
    ResponseWriter& response = exchange.response();
    std::vector<Status> errors;
    errors.push_back(co_await response.Write("x"));
    errors.push_back(co_await response.Finish());
    (void)co_await response.Send(Response(201));
    errors.push_back(co_await response.Send(Response()));
    errors.push_back(co_await response.Start(ResponseHead(), 1));
    errors.push_back(co_await response.Write("x"));
    errors.push_back(co_await response.Finish());
    seen.set_value(errors);
  });
  RawClient client = Connect();
  ROOKERY_ASSERT_OK_AND_ASSIGN(const ReceivedResponse response, client.Roundtrip(kGet));
  EXPECT_EQ(response.status, 201);
  for (const Status& status : seen.get_future().get()) {
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition));
  }
}

TEST_F(ResponseTest, HeadersThatWouldSplitTheResponseAreRefused) {
  const std::string nul("a\0b", 3);
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"X", "a\r\nSet-Cookie: b"},
                                                        {"X", "a\nb"},
                                                        {"X", "a\rb"},
                                                        {"X", nul},
                                                        {"X\r\nY", "b"},
                                                        {"X:", "b"},
                                                        {"X ", "b"},
                                                        {"", "b"},
                                                        {"Content-Length", "0"},
                                                        {"transfer-encoding", "chunked"},
                                                        {"Connection", "upgrade"}}) {
    std::future<Status> seen =
        ServeWriter([name = name, value = value](ResponseWriter& out) -> asio::awaitable<Status> {
          Response response;
          response.headers.Add(name, value);
          co_return co_await out.Send(std::move(response));
        });
    RawClient client = Connect();
    ROOKERY_ASSERT_OK_AND_ASSIGN(const ReceivedResponse response, client.Roundtrip(kGet));
    EXPECT_EQ(response.status, 500) << name;
    EXPECT_EQ(response.headers.Find("Set-Cookie"), std::nullopt);
    EXPECT_THAT(seen.get(), StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST_F(ResponseTest, StatusThatCannotBeAResponseIsRefused) {
  for (const int status : {0, 100, 199, 600, -1}) {
    std::future<Status> seen =
        ServeWriter([status](ResponseWriter& out) -> asio::awaitable<Status> {
          co_return co_await out.Start(ResponseHead(status), 0);
        });
    RawClient client = Connect();
    ROOKERY_ASSERT_OK_AND_ASSIGN(const ReceivedResponse response, client.Roundtrip(kGet));
    EXPECT_EQ(response.status, 500);
    EXPECT_THAT(seen.get(), StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

asio::awaitable<Status> WriteForever(ResponseWriter& response) {
  Status status = co_await response.Start(ResponseHead(), std::nullopt);
  const std::string data(1 << 20, 'x');
  while (status.ok()) status = co_await response.Write(data);
  co_return status;
}

TEST_F(ResponseTest, ClientThatDoesNotReadIsAnError) {
  std::future<Status> seen =
      ServeWriter(WriteForever, {.write_progress_timeout = absl::Milliseconds(50)});
  RawClient client = Connect();
  ROOKERY_ASSERT_OK(client.Send(kGet));
  EXPECT_THAT(seen.get(), StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST_F(ResponseTest, ClientThatGoesInTheMiddleIsAnError) {
  std::future<Status> seen = ServeWriter(WriteForever);
  RawClient client = Connect();
  ROOKERY_ASSERT_OK(client.Send(kGet));
  ROOKERY_ASSERT_OK(client.ReadHead());
  client.Reset();
  EXPECT_THAT(seen.get(), StatusIs(absl::StatusCode::kCancelled));
}

}  // namespace
}  // namespace rookery::http
