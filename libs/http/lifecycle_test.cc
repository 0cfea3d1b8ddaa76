// Callbacks, disconnects, limits and shutdown.
#include <future>
#include <thread>

#include "libs/http/callback.h"
#include "libs/http/testing/test_server.h"

namespace rookery::http {
namespace {

using ::rookery::testing::StatusIs;
using testing::Echo;
using testing::Eventually;
using ::testing::HasSubstr;
using testing::RawClient;
using testing::ReceivedResponse;

constexpr std::string_view kGet = "GET /g HTTP/1.1\r\nHost: x\r\n\r\n";

class Lifecycle : public testing::ServerTest {
 protected:
  // Serves a handler that answers when the test calls the callback that it gets from here.
  std::future<std::function<void(std::string)>> ServeWaiter(ServerOptions options = {}) {
    auto started = std::make_shared<std::promise<std::function<void(std::string)>>>();
    Serve(
        [started](Exchange& exchange) -> asio::awaitable<void> {
          if (exchange.request().path != "/g") {
            (void)co_await exchange.response().Send(Response());
            co_return;
          }
          std::string text = co_await FromCallback<std::string>(
              [&](std::function<void(std::string)> done) { started->set_value(std::move(done)); });
          (void)co_await exchange.response().Send(Response(200, std::move(text)));
        },
        std::move(options));
    return started->get_future();
  }
};

TEST_F(Lifecycle, CallbackFromAnotherThreadResumesTheHandler) {
  auto done = ServeWaiter();
  RawClient client = Connect();
  ROOKERY_ASSERT_OK(client.Send(kGet));
  done.get()("later");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const ReceivedResponse response, client.ReadResponse());
  EXPECT_EQ(response.body, "later");
}

TEST_F(Lifecycle, CallbackMayComeBeforeTheInitiatorReturnsAndWithAMoveOnlyValue) {
  Serve([](Exchange& exchange) -> asio::awaitable<void> {
    int sum = 0;
    for (int i = 0; i < 1000; ++i) {
      const auto value = co_await FromCallback<std::unique_ptr<int>>([i](auto done) {
        done(std::make_unique<int>(i));
        done(nullptr);  // Ignored.
      });
      sum += *value;
    }
    (void)co_await exchange.response().Send(Response(200, std::to_string(sum)));
  });
  RawClient client = Connect();
  ROOKERY_ASSERT_OK_AND_ASSIGN(const ReceivedResponse response, client.Roundtrip(kGet));
  EXPECT_EQ(response.body, "499500");
}

TEST_F(Lifecycle, CallbacksRaceWithTheirInitiators) {
  Serve([](Exchange& exchange) -> asio::awaitable<void> {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 300; ++i) {
      const int value = co_await FromCallback<int>([&threads, i](std::function<void(int)> done) {
        threads.emplace_back([done = std::move(done), i] { done(i); });
      });
      if (value != i) throw std::runtime_error("wrong value");
    }
    (void)co_await exchange.response().Send(Response());
  });
  RawClient client = Connect();
  ROOKERY_ASSERT_OK_AND_ASSIGN(const ReceivedResponse response, client.Roundtrip(kGet));
  EXPECT_EQ(response.status, 200);
}

TEST_F(Lifecycle, DroppedCallbackAndThrowingInitiatorThrow) {
  Serve([](Exchange& exchange) -> asio::awaitable<void> {
    std::string thrown;
    try {
      (void)co_await FromCallback<int>([](std::function<void(int)>) {});
    } catch (const CallbackDropped&) {
      thrown += "dropped ";
    }
    try {
      (void)co_await FromCallback<int>(
          [](std::function<void(int)>) { throw std::runtime_error("thrown "); });
    } catch (const std::runtime_error& e) {
      thrown += e.what();
    }
    (void)co_await exchange.response().Send(Response(200, thrown));
  });
  RawClient client = Connect();
  ROOKERY_ASSERT_OK_AND_ASSIGN(const ReceivedResponse response, client.Roundtrip(kGet));
  EXPECT_EQ(response.body, "dropped thrown ");
}

// A handler that waits for its client to go.
Handler WaitForDisconnect(const std::shared_ptr<std::promise<void>>& waiting,
                          const std::shared_ptr<std::promise<void>>& gone) {
  return [=](Exchange& exchange) -> asio::awaitable<void> {
    (void)co_await exchange.body().ReadAll(100);
    co_await FromCallback<bool>([&](std::function<void(bool)> done) {
      exchange.OnDisconnect([done] { done(true); });
      waiting->set_value();
    });
    gone->set_value();
  };
}

TEST_F(Lifecycle, HandlerLearnsThatItsClientWentAway) {
  for (const bool reset : {false, true}) {
    auto waiting = std::make_shared<std::promise<void>>();
    auto gone = std::make_shared<std::promise<void>>();
    Serve(WaitForDisconnect(waiting, gone));
    std::optional<RawClient> client = Connect();
    ROOKERY_ASSERT_OK(client->Send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"));
    waiting->get_future().get();
    if (reset) client->Reset();
    client.reset();
    EXPECT_EQ(gone->get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
  }
}

TEST_F(Lifecycle, DisconnectIsSeenOnceTheBodyHasBeenRead) {
  auto read = std::make_shared<std::promise<void>>();
  auto gone = std::make_shared<std::promise<void>>();
  Serve([=](Exchange& exchange) -> asio::awaitable<void> {
    co_await FromCallback<bool>([&](std::function<void(bool)> done) {
      // The unread body hides the client's going from this watch, until it has been read.
      exchange.OnDisconnect([gone] { gone->set_value(); });
      std::jthread([done] { done(true); }).join();
    });
    (void)co_await exchange.body().ReadAll(1 << 20);
    read->set_value();
    (void)co_await FromCallback<bool>([&](std::function<void(bool)> done) {
      exchange.OnDisconnect([gone, done] {
        gone->set_value();
        done(true);
      });
    });
  });
  std::optional<RawClient> client = Connect();
  ROOKERY_ASSERT_OK(client->Send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"));
  read->get_future().get();
  client.reset();
  EXPECT_EQ(gone->get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST_F(Lifecycle, WatchEndsWithTheHandler) {
  std::atomic<int> calls = 0;
  Serve([&calls](Exchange& exchange) -> asio::awaitable<void> {
    exchange.OnDisconnect([&calls] { ++calls; });
    (void)co_await exchange.response().Send(Response());
  });
  {
    RawClient client = Connect();
    for (int i = 0; i < 3; ++i) ROOKERY_ASSERT_OK(client.Roundtrip(kGet));
  }
  EXPECT_TRUE(Eventually([this] { return server_->connections() == 0; }));
  EXPECT_EQ(calls, 0);
}

TEST_F(Lifecycle, ConnectionsOverTheLimitAreTold503) {
  Serve(Echo(), {.max_connections = 2});
  {
    RawClient first = Connect();
    RawClient second = Connect();
    ROOKERY_ASSERT_OK(first.Roundtrip(kGet));
    ROOKERY_ASSERT_OK(second.Roundtrip(kGet));
    RawClient third = Connect();
    ROOKERY_ASSERT_OK_AND_ASSIGN(const ReceivedResponse response, third.Roundtrip(kGet));
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(response.headers.Find("Retry-After"), "1");
    EXPECT_TRUE(third.IsClosedByServer());
    ROOKERY_EXPECT_OK(first.Roundtrip(kGet));
  }
  ASSERT_TRUE(Eventually([this] { return server_->connections() == 0; }));
  RawClient fourth = Connect();
  ROOKERY_ASSERT_OK_AND_ASSIGN(const ReceivedResponse response, fourth.Roundtrip(kGet));
  EXPECT_EQ(response.status, 200);
}

TEST(ConnectionMetricsTest, ConnectionsAreCounted) {
  metrics::Registry registry;
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const auto server, Server::Listen({.max_connections = 2, .metrics = &registry}, Echo()));
  ROOKERY_ASSERT_OK_AND_ASSIGN(RawClient open, RawClient::Connect(server->port()));
  ROOKERY_ASSERT_OK(open.Roundtrip(kGet));
  {
    ROOKERY_ASSERT_OK_AND_ASSIGN(RawClient odd, RawClient::Connect(server->port()));
    ROOKERY_ASSERT_OK_AND_ASSIGN(const ReceivedResponse refusal, odd.Roundtrip("nonsense\r\n\r\n"));
    EXPECT_EQ(refusal.status, 400);
    ROOKERY_ASSERT_OK_AND_ASSIGN(RawClient third, RawClient::Connect(server->port()));
    ROOKERY_ASSERT_OK_AND_ASSIGN(const ReceivedResponse full, third.Roundtrip(kGet));
    EXPECT_EQ(full.status, 503);
  }
  ASSERT_TRUE(Eventually([&] { return server->connections() == 1; }));
  const std::string text = registry.Text();
  for (const char* line : {
           "rookery_http_connections 1\n",
           "rookery_http_connections_accepted_total 3\n",
           "rookery_http_connections_refused_total{reason=\"malformed\"} 1\n",
           "rookery_http_connections_refused_total{reason=\"too_many\"} 1\n",
           "rookery_http_connections_refused_total{reason=\"too_slow\"} 0\n",
       }) {
    EXPECT_THAT(text, ::testing::HasSubstr(line));
  }
}

TEST_F(Lifecycle, ConnectionsFarOverTheLimitWait) {
  Serve(Echo(), {.max_connections = 1});
  std::vector<RawClient> crowd;
  for (int i = 0; i < 200; ++i) crowd.push_back(Connect());
  ROOKERY_ASSERT_OK_AND_ASSIGN(const ReceivedResponse response, crowd.front().Roundtrip(kGet));
  EXPECT_EQ(response.status, 200);
  EXPECT_LE(server_->connections(), 65u);
  crowd.clear();
  EXPECT_TRUE(Eventually([this] { return server_->connections() == 0; }));
}

TEST_F(Lifecycle, ShutdownLetsRequestsInFlightEnd) {
  auto done = ServeWaiter();
  RawClient idle = Connect();
  ROOKERY_ASSERT_OK(idle.Roundtrip("GET /other HTTP/1.1\r\nHost: x\r\n\r\n"));
  RawClient fresh = Connect();
  RawClient busy = Connect();
  ROOKERY_ASSERT_OK(busy.Send(kGet));
  const auto answer = done.get();
  const uint16_t port = server_->port();
  std::jthread shutdown([this] { server_->Shutdown(absl::Minutes(1)); });
  // Idle connections are closed at once.
  EXPECT_TRUE(idle.IsClosedByServer());
  EXPECT_TRUE(fresh.IsClosedByServer());
  ROOKERY_ASSERT_OK_AND_ASSIGN(RawClient late, ConnectTo(port));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const ReceivedResponse refusal, late.Roundtrip(kGet));
  EXPECT_EQ(refusal.status, 503);
  EXPECT_EQ(refusal.headers.Find("Retry-After"), "1");
  EXPECT_EQ(refusal.headers.Find("Connection"), "close");
  answer("in time");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const ReceivedResponse response, busy.ReadResponse());
  EXPECT_EQ(response.body, "in time");
  EXPECT_EQ(response.headers.Find("Connection"), "close");
  EXPECT_TRUE(busy.IsClosedByServer());
  shutdown.join();
}

TEST_F(Lifecycle, RequestThatWasPipelinedBehindTheLastIsNotAnswered) {
  auto done = ServeWaiter();
  RawClient idle = Connect();
  ROOKERY_ASSERT_OK(idle.Roundtrip("GET /other HTTP/1.1\r\nHost: x\r\n\r\n"));
  RawClient client = Connect();
  ROOKERY_ASSERT_OK(client.Send(std::string(kGet) + "GET /other HTTP/1.1\r\nHost: x\r\n\r\n"));
  const auto answer = done.get();
  std::jthread shutdown([this] { server_->Shutdown(absl::Minutes(1)); });
  EXPECT_TRUE(idle.IsClosedByServer());
  answer("last");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const ReceivedResponse response, client.ReadResponse());
  EXPECT_EQ(response.headers.Find("Connection"), "close");
  EXPECT_TRUE(client.IsClosedByServer());
}

TEST_F(Lifecycle, ShutdownCutsWhatOutlivesTheGrace) {
  auto waiting = std::make_shared<std::promise<void>>();
  auto gone = std::make_shared<std::promise<void>>();
  Serve(WaitForDisconnect(waiting, gone));
  RawClient client = Connect();
  ROOKERY_ASSERT_OK(client.Send(kGet));
  waiting->get_future().get();
  server_->Shutdown(absl::Milliseconds(20));
  EXPECT_EQ(gone->get_future().wait_for(std::chrono::seconds(0)), std::future_status::ready);
  EXPECT_TRUE(client.IsClosedByServer());
}

TEST_F(Lifecycle, ShutdownWaitsForACallbackThatComesLate) {
  auto done = ServeWaiter();
  RawClient client = Connect();
  ROOKERY_ASSERT_OK(client.Send(kGet));
  const auto answer = done.get();
  std::future<void> shutdown =
      std::async(std::launch::async, [this] { server_->Shutdown(absl::ZeroDuration()); });
  EXPECT_TRUE(client.IsClosedByServer());
  EXPECT_EQ(shutdown.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
  answer("too late");
  EXPECT_EQ(shutdown.wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST_F(Lifecycle, ShutdownCutsAnUploadAndADownload) {
  std::promise<Status> upload, download;
  std::promise<void> uploading, downloading;
  Serve([&](Exchange& exchange) -> asio::awaitable<void> {
    if (exchange.request().method == "PUT") {
      (void)co_await exchange.body().Read();
      uploading.set_value();
      const auto piece = co_await exchange.body().Read();
      upload.set_value(piece.status());
      co_return;
    }
    const std::string data(1 << 20, 'x');
    Status status = co_await exchange.response().Start(ResponseHead(), std::nullopt);
    downloading.set_value();
    while (status.ok()) status = co_await exchange.response().Write(data);
    download.set_value(status);
  });
  RawClient up = Connect();
  RawClient down = Connect();
  ROOKERY_ASSERT_OK(up.Send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"));
  ROOKERY_ASSERT_OK(down.Send(kGet));
  uploading.get_future().get();
  downloading.get_future().get();
  server_->Shutdown(absl::Milliseconds(20));
  EXPECT_THAT(upload.get_future().get(), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(download.get_future().get(), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_FALSE(down.ReadResponse().ok());
}

TEST_F(Lifecycle, ShutdownTwiceAndUnderLoadIsSafe) {
  Serve(Echo());
  std::vector<std::jthread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([port = server_->port()] {
      for (;;) {
        auto client = ConnectTo(port);
        if (!client.ok()) return;
        while (client->Roundtrip(kGet).ok()) {
        }
      }
    });
  }
  ASSERT_TRUE(Eventually([this] { return server_->connections() >= 8; }));
  std::jthread second([this] { server_->Shutdown(absl::Seconds(5)); });
  server_->Shutdown(absl::Seconds(5));
  EXPECT_EQ(server_->connections(), 0u);
}

TEST_F(Lifecycle, ListenSaysWhyItCannot) {
  Serve(Echo());
  ServerOptions options{.port = server_->port()};
  EXPECT_THAT(Server::Listen(options, Echo()),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("Address already in use")));
  options.host = "999.1.1.1";
  EXPECT_THAT(Server::Listen(options, Echo()),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("999.1.1.1")));
  EXPECT_THAT(Server::Listen({.threads = 0}, Echo()), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace rookery::http
