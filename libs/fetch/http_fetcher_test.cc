#include "libs/fetch/http_fetcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "libs/base/testing/status_matchers.h"
#include "libs/http/server.h"
#include "libs/tls/server_identity.h"
#include "libs/tls/testing/certificates.h"

namespace rookery {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;
using enum absl::StatusCode;

// Answers /keys with "keys", /long with a megabyte and one byte, and /away with a redirect.
class HttpFetcherTest : public ::testing::Test {
 protected:
  void Serve(std::shared_ptr<const tls::ServerIdentity> identity = nullptr) {
    http::ServerOptions options;
    options.tls = std::move(identity);
    auto server = http::Server::Listen(
        options, [this](http::Exchange& exchange) { return Answer(exchange); });
    ROOKERY_ASSERT_OK(server);
    server_ = *std::move(server);
  }
  http::asio::awaitable<void> Answer(http::Exchange& exchange) const {
    const std::string path(exchange.request().path);
    http::Response response(404, "");
    if (path == "/keys") response = http::Response(200, "keys");
    if (path == "/long") response = http::Response(200, std::string((1 << 20) + 1, 'x'));
    if (path == "/away") {
      response = http::Response(302, "");
      response.headers.Add("Location", away_);
    }
    (void)co_await exchange.response().Send(std::move(response));
  }
  std::string Url(const std::string& path, const std::string& scheme = "http") const {
    return scheme + "://localhost:" + std::to_string(server_->port()) + path;
  }
  static StatusOr<std::string> Fetch(const std::string& url, HttpFetcherOptions options = {}) {
    ASSIGN_OR_RETURN(HttpFetcher fetcher, HttpFetcher::Open(std::move(options)));
    return fetcher.Fetch(url);
  }

  std::string away_;
  std::unique_ptr<http::Server> server_;
};

TEST_F(HttpFetcherTest, GivesTheBody) {
  Serve();
  ROOKERY_ASSERT_OK_AND_ASSIGN(const std::string body, Fetch(Url("/keys")));
  EXPECT_EQ(body, "keys");
}

TEST_F(HttpFetcherTest, WhatIsNoDocumentIsUnavailable) {
  Serve();
  EXPECT_THAT(Fetch(Url("/none")), StatusIs(kUnavailable, HasSubstr("404")));
  EXPECT_THAT(Fetch(Url("/long")), StatusIs(kUnavailable, HasSubstr("longer than")));
  EXPECT_THAT(Fetch("file:///etc/hostname"), StatusIs(kUnavailable));
  const std::string url = Url("/keys");
  server_.reset();
  EXPECT_THAT(Fetch(url), StatusIs(kUnavailable, HasSubstr(url)));
}

TEST_F(HttpFetcherTest, RedirectsLeadToHttpsAlone) {
  Serve();
  away_ = Url("/keys");
  EXPECT_THAT(Fetch(Url("/away")), StatusIs(kUnavailable));
}

TEST_F(HttpFetcherTest, ServersMustHaveACertificateOfTheAuthority) {
  const tls::testing::Folder folder;
  const tls::testing::Authority authority;
  const tls::testing::Issued issued = authority.Issue();
  const auto identity = tls::ServerIdentity::Open(
      {folder.Write("cert.pem", issued.certificate), folder.Write("key.pem", issued.key), ""});
  ROOKERY_ASSERT_OK(identity);
  Serve(*identity);
  const std::string ca = folder.Write("ca.pem", authority.certificate());
  ROOKERY_ASSERT_OK_AND_ASSIGN(const std::string body, Fetch(Url("/keys", "https"), {.ca = ca}));
  EXPECT_EQ(body, "keys");
  EXPECT_THAT(Fetch(Url("/keys", "https")), StatusIs(kUnavailable, HasSubstr("certificate")));
  const std::string other =
      folder.Write("other.pem", tls::testing::Authority("Another").certificate());
  EXPECT_THAT(Fetch(Url("/keys", "https"), {.ca = other}), StatusIs(kUnavailable));
  EXPECT_THAT(HttpFetcher::Open({.ca = folder.Path("none.pem")}).status(),
              StatusIs(kInvalidArgument, HasSubstr("none.pem")));
}

TEST_F(HttpFetcherTest, AServerThatDoesNotAnswerIsLeft) {
  // It listens and never accepts.
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(bind(listener, generic, size), 0);
  ASSERT_EQ(listen(listener, 1), 0);
  ASSERT_EQ(getsockname(listener, generic, &size), 0);
  const std::string url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/keys";
  EXPECT_THAT(Fetch(url, {.timeout = absl::Milliseconds(50)}),
              StatusIs(kUnavailable, HasSubstr("timed out")));
  close(listener);
}

}  // namespace
}  // namespace rookery
