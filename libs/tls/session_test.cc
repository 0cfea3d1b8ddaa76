#include "libs/tls/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <optional>

#include "libs/base/testing/status_matchers.h"
#include "libs/tls/client_context.h"
#include "libs/tls/server_context.h"
#include "libs/tls/testing/certificates.h"

namespace rookery::tls {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;

// Both ends of a connection, each tried in turn: nothing waits.
class SessionTest : public ::testing::Test {
 protected:
  SessionTest() { EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends_.data()), 0); }
  ~SessionTest() override {
    server_.reset();
    client_.reset();
    for (const int end : ends_) close(end);
  }

  void Begin(const std::string& host, const ClientFiles& client_files) {
    ROOKERY_ASSERT_OK_AND_ASSIGN(const ContextPtr server, NewServerContext(server_pem_));
    ROOKERY_ASSERT_OK_AND_ASSIGN(const ContextPtr client, NewClientContext(client_files));
    server_ = Session::Accept(server, ends_[0]);
    client_ = Session::Connect(client, ends_[1], host);
    ASSERT_NE(server_, nullptr);
    ASSERT_NE(client_, nullptr);
    Progress at_server = Progress::kWantsRead;
    Progress at_client = Progress::kWantsRead;
    for (int i = 0; i < 10; ++i) {
      if (at_client == Progress::kWantsRead) at_client = client_->Handshake().progress;
      if (at_server == Progress::kWantsRead) at_server = server_->Handshake().progress;
    }
  }

  std::string Read(Session& session) {
    std::array<char, 100> bytes{};
    const Outcome outcome = session.Read(bytes.data(), bytes.size());
    EXPECT_EQ(outcome.progress, Progress::kDone) << session.error();
    return {bytes.data(), outcome.bytes};
  }

  testing::Folder folder_;
  testing::Authority authority_;
  testing::Issued issued_ = authority_.Issue();
  ServerPem server_pem_{issued_.certificate, issued_.key, ""};
  ClientFiles trusting_{folder_.Write("ca.pem", authority_.certificate()), "", ""};
  std::array<int, 2> ends_{};
  std::unique_ptr<Session> server_;
  std::unique_ptr<Session> client_;
};

TEST_F(SessionTest, CarriesBytesBothWaysUntilOneSaysTheEnd) {
  Begin("localhost", trusting_);
  ASSERT_TRUE(server_->established());
  ASSERT_TRUE(client_->established());
  EXPECT_EQ(server_->Peek().progress, Progress::kWantsRead);
  EXPECT_EQ(client_->Write("there").bytes, 5u);
  EXPECT_EQ(server_->Peek().progress, Progress::kDone);
  EXPECT_TRUE(server_->HasPending());
  EXPECT_EQ(Read(*server_), "there");
  EXPECT_FALSE(server_->HasPending());
  EXPECT_EQ(server_->Write("and back").bytes, 8u);
  server_->SayEnd();
  EXPECT_EQ(Read(*client_), "and back");
  EXPECT_EQ(client_->Peek().progress, Progress::kEnd);
}

TEST_F(SessionTest, AWriteThatDidNotFitGoesOnWithTheSameBytes) {
  Begin("localhost", trusting_);
  const std::string block(Session::kMaxRecordBytes, 'b');
  size_t written = 0;
  while (server_->Write(block).progress == Progress::kDone) written += block.size();
  EXPECT_EQ(server_->Write(block).progress, Progress::kWantsWrite);
  std::string got;
  std::array<char, Session::kMaxRecordBytes> bytes{};
  while (client_->Peek().progress == Progress::kDone) {
    got.append(bytes.data(), client_->Read(bytes.data(), bytes.size()).bytes);
  }
  const std::string same(block.size(), 'b');  // Elsewhere.
  EXPECT_EQ(server_->Write(same).progress, Progress::kDone);
  while (client_->Peek().progress == Progress::kDone) {
    got.append(bytes.data(), client_->Read(bytes.data(), bytes.size()).bytes);
  }
  // Not EXPECT_EQ, which would print them.
  EXPECT_TRUE(got == std::string(written + block.size(), 'b'));
}

TEST_F(SessionTest, AServerOfAnotherNameIsNotTrusted) {
  Begin("example.org", trusting_);
  EXPECT_FALSE(client_->established());
  EXPECT_THAT(client_->error(), HasSubstr("mismatch"));
}

TEST_F(SessionTest, AServerOfAnotherAuthorityIsNotTrusted) {
  Begin("localhost", {folder_.Write("other.pem", testing::Authority().certificate()), "", ""});
  EXPECT_FALSE(client_->established());
  EXPECT_THAT(client_->error(), HasSubstr("certificate verify failed"));
}

TEST_F(SessionTest, AnAddressIsANameToo) {
  Begin("127.0.0.1", trusting_);
  EXPECT_TRUE(client_->established()) << client_->error();
}

TEST_F(SessionTest, TheSystemsAuthoritiesDoNotKnowOurs) {
  Begin("localhost", {});
  EXPECT_FALSE(client_->established());
}

TEST_F(SessionTest, AClientWithoutTheCertificateThatTheServerWantsIsRefused) {
  server_pem_.client_ca = authority_.certificate();
  Begin("localhost", trusting_);
  EXPECT_FALSE(server_->established());
  EXPECT_THAT(server_->error(), HasSubstr("peer did not return a certificate"));
}

TEST_F(SessionTest, AClientShowsItsCertificate) {
  server_pem_.client_ca = authority_.certificate();
  const testing::Issued client = authority_.Issue("a client");
  trusting_.certificates = folder_.Write("client.pem", client.certificate);
  trusting_.key = folder_.Write("client-key.pem", client.key);
  Begin("localhost", trusting_);
  EXPECT_TRUE(server_->established()) << server_->error();
}

TEST_F(SessionTest, ACutConnectionIsAnEndToTheServerAndAFailureToTheClient) {
  Begin("localhost", trusting_);
  shutdown(ends_[0], SHUT_WR);
  shutdown(ends_[1], SHUT_WR);
  EXPECT_EQ(server_->Peek().progress, Progress::kEnd);
  EXPECT_EQ(client_->Peek().progress, Progress::kFailed);
}

TEST(ClientContextTest, FilesThatCannotBeUsedAreNamed) {
  const testing::Folder folder;
  const testing::Authority authority;
  EXPECT_THAT(NewClientContext({folder.Path("none.pem"), "", ""}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("none.pem")));
  EXPECT_THAT(NewClientContext({folder.Write("text.pem", "text"), "", ""}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("text.pem")));
  const std::string certificate = folder.Write("cert.pem", authority.Issue().certificate);
  EXPECT_THAT(
      NewClientContext({"", certificate, folder.Write("key.pem", authority.Issue().key)}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("the key is not the certificate's")));
}

}  // namespace
}  // namespace rookery::tls
