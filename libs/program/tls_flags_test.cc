#include "libs/program/tls_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"
#include "libs/tls/testing/certificates.h"

namespace rookery::program {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;

TEST(ServerTlsTest, IsServedOnlyIfItIsAskedFor) {
  const tls::testing::Folder folder;
  const tls::testing::Issued issued = tls::testing::Authority().Issue();
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto none, OpenServerTls({}));
  EXPECT_EQ(none, nullptr);
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto some,
                               OpenServerTls({folder.Write("cert.pem", issued.certificate),
                                              folder.Write("key.pem", issued.key), ""}));
  EXPECT_FALSE(some->asks_for_client_certificates());
}

TEST(ServerTlsTest, AFlagWithoutTheOneItNeedsIsRefused) {
  const auto refused = [](const tls::ServerFiles& files, const char* words) {
    EXPECT_THAT(OpenServerTls(files),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(words)));
  };
  refused({"cert.pem", "", ""}, "--tls-cert needs --tls-key");
  refused({"", "key.pem", ""}, "--tls-key needs --tls-cert");
  refused({"", "", "ca.pem"}, "--tls-client-ca needs --tls-cert and --tls-key");
}

TEST(ChannelTlsTest, IsSpokenOnlyIfItIsAskedFor) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto plain, ChannelOptionsOf({}));
  EXPECT_FALSE(plain.tls.has_value());
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto secure, ChannelOptionsOf({{"ca.pem", "", ""}, ""}));
  EXPECT_TRUE(secure.tls.has_value());
}

TEST(ChannelTlsTest, AFlagWithoutTheOneItNeedsIsRefused) {
  const auto refused = [](const rpc::ChannelTls& tls, const char* words) {
    EXPECT_THAT(ChannelOptionsOf(tls),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(words)));
  };
  refused({{"ca.pem", "cert.pem", ""}, ""}, "--tls-channel-cert needs --tls-channel-key");
  refused({{"ca.pem", "", "key.pem"}, ""}, "--tls-channel-key needs --tls-channel-cert");
  refused({{"", "cert.pem", "key.pem"}, ""}, "--tls-channel-cert needs --tls-ca");
  refused({{"", "", ""}, "name"}, "--tls-server-name needs --tls-ca");
}

}  // namespace
}  // namespace rookery::program
