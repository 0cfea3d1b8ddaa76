// Requests and responses in order, and when a connection stays open.
#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include "libs/http/testing/test_server.h"

namespace rookery::http {
namespace {

using testing::Echo;
using ::testing::Eq;
using ::testing::Optional;
using testing::RawClient;

class KeepAlive : public testing::ServerTest {};

TEST_F(KeepAlive, ConnectionServesManyRequests) {
  Serve(Echo());
  RawClient client = Connect();
  for (int i = 0; i < 100; ++i) {
    ROOKERY_ASSERT_OK_AND_ASSIGN(
        const auto response,
        client.Roundtrip("POST /p?q=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "POST /p?q=1 abc");
    EXPECT_EQ(response.headers.Find("Connection"), std::nullopt);
  }
}

TEST_F(KeepAlive, PipelinedRequestsAreAnsweredInOrder) {
  Serve(Echo());
  RawClient client = Connect();
  std::string requests;
  for (int i = 0; i < 200; ++i) {
    const std::string body(i, 'b');
    requests += "POST /" + std::to_string(i) +
                " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(i) + "\r\n\r\n" + body;
  }
  ROOKERY_ASSERT_OK(client.Send(requests));
  for (int i = 0; i < 200; ++i) {
    ROOKERY_ASSERT_OK_AND_ASSIGN(const auto response, client.ReadResponse());
    EXPECT_EQ(response.body, "POST /" + std::to_string(i) + "? " + std::string(i, 'b'));
  }
}

TEST_F(KeepAlive, RequestsMayComeByteByByte) {
  Serve(Echo());
  RawClient client = Connect();
  for (const char c :
       std::string_view("\r\nPUT /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                        "3;x=y\r\nabc\r\n1\r\nd\r\n0\r\nTrailer: t\r\n\r\n")) {
    ROOKERY_ASSERT_OK(client.Send({&c, 1}));
  }
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto response, client.ReadResponse());
  EXPECT_EQ(response.body, "PUT /a? abcd");
}

TEST_F(KeepAlive, ConnectionCloseIsHonoured) {
  Serve(Echo());
  RawClient client = Connect();
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const auto response,
      client.Roundtrip("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  EXPECT_THAT(response.headers.Find("Connection"), Optional(Eq("close")));
  EXPECT_TRUE(client.IsClosedByServer());
}

TEST_F(KeepAlive, Http10ClosesUnlessItAsksToKeepAlive) {
  Serve(Echo());
  RawClient client = Connect();
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      auto response, client.Roundtrip("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  EXPECT_THAT(response.headers.Find("Connection"), Optional(Eq("keep-alive")));
  ROOKERY_ASSERT_OK_AND_ASSIGN(response, client.Roundtrip("GET /b HTTP/1.0\r\n\r\n"));
  EXPECT_EQ(response.body, "GET /b? ");
  EXPECT_THAT(response.headers.Find("Connection"), Optional(Eq("close")));
  EXPECT_TRUE(client.IsClosedByServer());
}

TEST_F(KeepAlive, HandlerCanCloseTheConnection) {
  Serve([](Exchange& exchange) -> asio::awaitable<void> {
    Response response(418);
    response.close = true;
    (void)co_await exchange.response().Send(std::move(response));
  });
  RawClient client = Connect();
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto response,
                               client.Roundtrip("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_EQ(response.status, 418);
  EXPECT_THAT(response.headers.Find("Connection"), Optional(Eq("close")));
  EXPECT_TRUE(client.IsClosedByServer());
}

TEST_F(KeepAlive, SixtyFourClientsAreServedAtOnce) {
  Serve(Echo());
  std::vector<std::jthread> threads;
  std::atomic<int> right = 0;
  for (int t = 0; t < 64; ++t) {
    threads.emplace_back([this, t, &right] {
      RawClient client = Connect();
      const std::string body(size_t{1000} * t, static_cast<char>('a' + t % 26));
      for (int i = 0; i < 20; ++i) {
        const auto response = client.Roundtrip("POST /" + std::to_string(t) +
                                               " HTTP/1.1\r\nHost: x\r\nContent-Length: " +
                                               std::to_string(body.size()) + "\r\n\r\n" + body);
        if (response.ok() && response->body == "POST /" + std::to_string(t) + "? " + body) ++right;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(right, 64 * 20);
}

TEST_F(KeepAlive, TargetIsSplitWhateverItsForm) {
  Serve(Echo());
  RawClient client = Connect();
  for (const auto& [target, path_and_query] : std::vector<std::pair<std::string, std::string>>{
           {"/?", "/?"},
           {"//a?b?c", "//a?b?c"},
           {"HTTP://h", "/?"},
           {"https://h?a=/b", "/?a=/b"},
           {"http://h/?a=http://b", "/?a=http://b"},
           {"*", "*?"},
       }) {
    ROOKERY_ASSERT_OK_AND_ASSIGN(
        const auto response, client.Roundtrip("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n"));
    EXPECT_EQ(response.body, "GET " + path_and_query + " ");
  }
}

TEST_F(KeepAlive, RequestHeadTellsWhatWasSent) {
  std::promise<RequestHead> seen;
  Serve([&seen](Exchange& exchange) -> asio::awaitable<void> {
    seen.set_value(exchange.request());
    (void)co_await exchange.response().Send(Response());
  });
  RawClient client = Connect();
  ROOKERY_ASSERT_OK(
      client.Roundtrip("PURGE http://example.org/a%2Fb/?x=%20&y?z HTTP/1.1\r\nHost: x\r\nX-A:  1 "
                       "\r\nx-a: 2\r\n\r\n"));
  const RequestHead head = seen.get_future().get();
  EXPECT_EQ(head.method, "PURGE");
  EXPECT_EQ(head.target, "http://example.org/a%2Fb/?x=%20&y?z");
  EXPECT_EQ(head.path, "/a%2Fb/");
  EXPECT_EQ(head.query, "x=%20&y?z");
  EXPECT_THAT(head.headers.Find("x-A"), Optional(Eq("1")));
  EXPECT_EQ(head.headers.Count("X-A"), 2u);
  EXPECT_EQ(head.headers.Find("y"), std::nullopt);
  EXPECT_EQ(head.remote_address, "127.0.0.1");
  EXPECT_FALSE(head.http_1_0);
  EXPECT_EQ(head.content_length, std::nullopt);
}

}  // namespace
}  // namespace rookery::http
