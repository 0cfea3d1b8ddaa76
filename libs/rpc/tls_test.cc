#include <absl/time/clock.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <rookery/tracking/v1/experiment_service.grpc.pb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "libs/base/testing/status_matchers.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/server.h"
#include "libs/rpc/status.h"
#include "libs/tls/testing/certificates.h"

namespace rookery::rpc {
namespace {

namespace v1 = tracking::v1;
using ::rookery::testing::IsOk;
using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;

class Answering final : public v1::ExperimentService::Service {
 public:
  grpc::Status GetExperiment(grpc::ServerContext*, const v1::GetExperimentRequest*,
                             v1::GetExperimentResponse*) override {
    return grpc::Status::OK;
  }
};

class RpcTlsTest : public ::testing::Test {
 protected:
  RpcTlsTest() { WriteIdentity(authority_); }

  void WriteIdentity(const tls::testing::Authority& signer) {
    const tls::testing::Issued issued = signer.Issue();
    folder_.Write("cert.pem", issued.certificate);
    folder_.Write("key.pem", issued.key);
  }

  void Serve(const std::string& client_ca = "",
             absl::Duration handshake_timeout = absl::Seconds(10)) {
    ROOKERY_ASSERT_OK_AND_ASSIGN(
        identity_,
        tls::ServerIdentity::Open({folder_.Path("cert.pem"), folder_.Path("key.pem"), client_ca},
                                  absl::Hours(1)));
    ServerOptions options;
    options.address = "127.0.0.1:0";
    options.tls = identity_;
    options.handshake_timeout = handshake_timeout;
    ROOKERY_ASSERT_OK_AND_ASSIGN(server_, Server::Start(options, {&service_}));
  }

  // What a client knows that trusts `authority`.
  ChannelTls Trusting(const tls::testing::Authority& authority, const std::string& file = "ca") {
    ChannelTls tls;
    tls.files.ca = folder_.Write(file + ".pem", authority.certificate());
    return tls;
  }
  std::shared_ptr<grpc::Channel> Open(const ChannelTls& tls) {
    ChannelOptions options;
    options.tls = tls;
    return *OpenChannel(fmt::format("127.0.0.1:{}", server_->port()), options);
  }

  static Status Call(const std::shared_ptr<grpc::Channel>& channel) {
    grpc::ClientContext context;
    v1::GetExperimentResponse response;
    return FromGrpc(v1::ExperimentService::NewStub(channel)->GetExperiment(
        &context, v1::GetExperimentRequest(), &response));
  }

  tls::testing::Folder folder_;
  tls::testing::Authority authority_;
  Answering service_;
  std::shared_ptr<tls::ServerIdentity> identity_;
  std::unique_ptr<Server> server_;
};

TEST_F(RpcTlsTest, OnlyThoseWhoTrustTheServerCallIt) {
  Serve();
  ROOKERY_EXPECT_OK(Call(Open(Trusting(authority_))));
  EXPECT_THAT(Call(Open(Trusting(tls::testing::Authority(), "other"))),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Call(*OpenChannel(fmt::format("127.0.0.1:{}", server_->port()), {})),
              StatusIs(absl::StatusCode::kUnavailable));
  // Within the process nothing is encrypted.
  ROOKERY_EXPECT_OK(Call(server_->InProcessChannel()));
  ROOKERY_EXPECT_OK(Call(*server_->StreamingChannel()));
}

TEST_F(RpcTlsTest, ANewCertificateIsForNewConnections) {
  Serve();
  const auto running = Open(Trusting(authority_));
  ROOKERY_ASSERT_OK(Call(running));
  const tls::testing::Authority next("Next authority");
  WriteIdentity(next);
  identity_->Look();
  ROOKERY_EXPECT_OK(Call(running));
  ROOKERY_EXPECT_OK(Call(Open(Trusting(next, "next"))));
  EXPECT_FALSE(Call(Open(Trusting(authority_, "former"))).ok());
}

TEST_F(RpcTlsTest, FilesThatDoNotBelongTogetherChangeNothing) {
  Serve();
  folder_.Write("cert.pem", authority_.Issue().certificate);
  identity_->Look();
  ROOKERY_EXPECT_OK(Call(Open(Trusting(authority_))));
  // Another connection, since channels with the same words share one.
  ROOKERY_EXPECT_OK(Call(Open(Trusting(authority_, "again"))));
}

TEST_F(RpcTlsTest, WhereClientsMustShowACertificateNoneIsServedWithout) {
  Serve(folder_.Write("client-ca.pem", authority_.certificate()));
  EXPECT_THAT(Call(Open(Trusting(authority_))), StatusIs(absl::StatusCode::kUnavailable));
  const tls::testing::Issued issued = authority_.Issue("a client");
  ChannelTls tls = Trusting(authority_, "with");
  tls.files.certificates = folder_.Write("client.pem", issued.certificate);
  tls.files.key = folder_.Write("client-key.pem", issued.key);
  ROOKERY_EXPECT_OK(Call(Open(tls)));
}

TEST_F(RpcTlsTest, AChannelTakesUpNewAuthorities) {
  Serve();
  const auto channel = Open(Trusting(tls::testing::Authority("Another authority")));
  EXPECT_FALSE(Call(channel).ok());
  (void)Trusting(authority_);  // The same file.
  const absl::Time end = absl::Now() + absl::Seconds(30);
  while (!Call(channel).ok() && absl::Now() < end) {
  }
  ROOKERY_EXPECT_OK(Call(channel));
}

TEST_F(RpcTlsTest, ServersMayHaveANameOfTheirOwn) {
  Serve();
  ChannelTls tls = Trusting(authority_);
  tls.server_name = "localhost";
  ROOKERY_EXPECT_OK(Call(Open(tls)));
  tls.server_name = "example.org";
  EXPECT_FALSE(Call(Open(tls)).ok());
}

TEST_F(RpcTlsTest, WhatCannotBeAChannelIsRefused) {
  ChannelOptions options;
  options.tls = Trusting(authority_);
  EXPECT_THAT(OpenChannel("127.0.0.1:1,127.0.0.2:1", options),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("is a list")));
  options.tls->server_name = "localhost";
  EXPECT_THAT(OpenChannel("127.0.0.1:1,127.0.0.2:1", options), IsOk());
  options.tls->files.ca = folder_.Path("none.pem");
  EXPECT_THAT(OpenChannel("127.0.0.1:1", options),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("none.pem")));
}

TEST_F(RpcTlsTest, AHandshakeThatDoesNotComeToItsEndIsCutInTime) {
  Serve("", absl::Milliseconds(200));
  const int silent = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(server_->port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(connect(silent, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  pollfd wait{.fd = silent, .events = POLLIN, .revents = 0};
  ASSERT_EQ(poll(&wait, 1, 10'000), 1);
  char byte = 0;
  EXPECT_LE(recv(silent, &byte, 1, 0), 0);
  close(silent);
}

}  // namespace
}  // namespace rookery::rpc
