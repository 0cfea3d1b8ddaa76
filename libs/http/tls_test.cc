// What only HTTPS has: handshakes, certificates, and their change. Everything else is tested over
// both by the other tests.
#include <chrono>
#include <future>
#include <vector>

#include "libs/http/testing/test_server.h"
#include "libs/metrics/registry.h"
#include "libs/tls/client_context.h"
#include "libs/tls/testing/certificates.h"

namespace rookery::http {
namespace {

using testing::Echo;
using testing::Eventually;
using ::testing::HasSubstr;
using testing::RawClient;
using testing::ReceivedResponse;

constexpr std::string_view kGet = "GET /g HTTP/1.1\r\nHost: x\r\n\r\n";

class TlsTest : public ::testing::Test {
 protected:
  TlsTest() { WriteIdentity(authority_); }

  void WriteIdentity(const tls::testing::Authority& authority) {
    const tls::testing::Issued issued = authority.Issue();
    folder_.Write("cert.pem", issued.certificate);
    folder_.Write("key.pem", issued.key);
  }

  void Serve(ServerOptions options = {}, const std::string& client_ca = "") {
    ROOKERY_ASSERT_OK_AND_ASSIGN(
        identity_,
        tls::ServerIdentity::Open({folder_.Path("cert.pem"), folder_.Path("key.pem"), client_ca},
                                  absl::Hours(1)));
    options.tls = identity_;
    options.metrics = &metrics_;
    ROOKERY_ASSERT_OK_AND_ASSIGN(server_, Server::Listen(std::move(options), Echo()));
  }

  RawClient Connect(const tls::testing::Authority& trusted, tls::ClientFiles files = {}) {
    files.ca = folder_.Write("ca.pem", trusted.certificate());
    return *RawClient::Connect(server_->port(), *tls::NewClientContext(files));
  }
  RawClient ConnectPlain() { return *RawClient::Connect(server_->port()); }

  bool IsServed(const tls::testing::Authority& trusted) {
    const auto response = Connect(trusted).Roundtrip(kGet);
    return response.ok() && response->body == "GET /g? ";
  }

  std::string Refused(int times) {
    return "rookery_http_connections_refused_total{reason=\"no_tls\"} " + std::to_string(times) +
           "\n";
  }

  tls::testing::Folder folder_;
  tls::testing::Authority authority_;
  metrics::Registry metrics_;
  std::shared_ptr<tls::ServerIdentity> identity_;
  std::unique_ptr<Server> server_;
};

TEST_F(TlsTest, ANewCertificateIsForNewConnections) {
  Serve();
  RawClient running = Connect(authority_);
  ROOKERY_ASSERT_OK(running.Roundtrip(kGet));
  const tls::testing::Authority next("Next authority");
  WriteIdentity(next);
  identity_->Look();
  EXPECT_TRUE(IsServed(next));
  EXPECT_FALSE(IsServed(authority_));
  ROOKERY_EXPECT_OK(running.Roundtrip(kGet));
}

TEST_F(TlsTest, ABrokenCertificateChangesNothing) {
  Serve();
  folder_.Write("cert.pem", "half of i");
  identity_->Look();
  EXPECT_TRUE(IsServed(authority_));
}

TEST_F(TlsTest, WhereClientsMustShowACertificateNoneIsServedWithout) {
  Serve({}, folder_.Write("client-ca.pem", authority_.certificate()));
  EXPECT_FALSE(IsServed(authority_));
  const auto connect_as = [&](const tls::testing::Authority& signer) {
    const tls::testing::Issued issued = signer.Issue("a client");
    tls::ClientFiles files;
    files.certificates = folder_.Write("client.pem", issued.certificate);
    files.key = folder_.Write("client-key.pem", issued.key);
    return Connect(authority_, files);
  };
  ROOKERY_EXPECT_OK(connect_as(authority_).Roundtrip(kGet));
  EXPECT_FALSE(connect_as(tls::testing::Authority()).Roundtrip(kGet).ok());
  EXPECT_TRUE(Eventually([&] { return server_->connections() == 0; }));
  EXPECT_THAT(metrics_.Text(), HasSubstr(Refused(2)));
}

TEST_F(TlsTest, WhoeverSpeaksSomethingElseIsClosedWithoutAWord) {
  Serve();
  for (const std::string& bytes :
       {std::string(kGet), std::string("\x16\x03\x01\xff\xff", 5) + std::string(100'000, 'x')}) {
    RawClient plain = ConnectPlain();
    ROOKERY_ASSERT_OK(plain.Send(bytes));
    // An alert may come, but no HTTP.
    const auto answer = plain.ReadAll();
    EXPECT_TRUE(!answer.ok() || answer->size() < 10) << *answer;
  }
  RawClient plain = ConnectPlain();
  ROOKERY_ASSERT_OK(plain.Send(kGet));
  EXPECT_TRUE(plain.IsClosedByServer());
  EXPECT_TRUE(IsServed(authority_));
}

TEST_F(TlsTest, AHandshakeThatDoesNotComeToItsEndIsCutInTime) {
  Serve({.handshake_timeout = absl::Milliseconds(200)});
  RawClient silent = ConnectPlain();
  RawClient slow = ConnectPlain();
  // The head of a record, whose body never comes whole.
  ROOKERY_ASSERT_OK(slow.Send(std::string_view("\x16\x03\x01\x02\x00\x01", 6)));
  const auto begin = std::chrono::steady_clock::now();
  while (!slow.IsAnsweredWithin(absl::Milliseconds(20)) && slow.Send("x").ok()) {
  }
  EXPECT_TRUE(silent.IsClosedByServer());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  EXPECT_TRUE(Eventually([&] { return server_->connections() == 0; }));
  EXPECT_THAT(metrics_.Text(), HasSubstr(Refused(2)));
}

TEST_F(TlsTest, ShutdownDoesNotWaitForHandshakes) {
  Serve();
  RawClient silent = ConnectPlain();
  ASSERT_TRUE(Eventually([&] { return server_->connections() == 1; }));
  const auto begin = std::chrono::steady_clock::now();
  server_->Shutdown(absl::Seconds(9));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  EXPECT_TRUE(silent.IsClosedByServer());
}

TEST_F(TlsTest, ThoseWhoAreTurnedAwayAreToldSo) {
  Serve({.max_connections = 1});
  RawClient first = Connect(authority_);
  ROOKERY_ASSERT_OK(first.Roundtrip(kGet));
  RawClient second = Connect(authority_);
  ROOKERY_ASSERT_OK_AND_ASSIGN(const ReceivedResponse response, second.Roundtrip(kGet));
  EXPECT_EQ(response.status, 503);
}

TEST_F(TlsTest, HandshakesOfManyAtOnceAllSucceed) {
  Serve();
  std::vector<std::future<bool>> clients;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(std::async(
        std::launch::async, [this, files = tls::ClientFiles{
                                       folder_.Write("ca.pem", authority_.certificate()), "", ""}] {
          const auto context = tls::NewClientContext(files);
          for (int n = 0; n < 25; ++n) {
            auto client = RawClient::Connect(server_->port(), *context);
            if (!client.ok() || !client->Roundtrip(kGet).ok()) return false;
          }
          return true;
        }));
  }
  for (auto& client : clients) EXPECT_TRUE(client.get());
}

}  // namespace
}  // namespace rookery::http
