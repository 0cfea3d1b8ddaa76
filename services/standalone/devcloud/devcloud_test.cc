#include "services/standalone/devcloud/devcloud.h"

#include <gmock/gmock.h>
#include <simdjson.h>

#include "libs/base/host_port.h"
#include "libs/base/testing/status_matchers.h"
#include "libs/http/testing/raw_client.h"
#include "libs/tls/testing/certificates.h"
#include "libs/tokens/verifier.h"

namespace rookery::devcloud {
namespace {

using rookery::testing::StatusIs;
using ::testing::HasSubstr;

// GET over plain HTTP from this machine.
StatusOr<std::string> Get(int port, const std::string& path) {
  ASSIGN_OR_RETURN(auto client, http::testing::RawClient::Connect(static_cast<uint16_t>(port)));
  ASSIGN_OR_RETURN(const auto response, client.Roundtrip("GET " + path +
                                                         " HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                                                         "X-IDENTITY-HEADER: s\r\n\r\n"));
  if (response.status != 200) return absl::UnavailableError(response.body);
  return response.body;
}

class LoopbackFetcher final : public tokens::KeyFetcher {
 public:
  StatusOr<std::string> Fetch(const std::string& url) override {
    constexpr std::string_view kScheme = "http://";
    const size_t slash = url.find('/', kScheme.size());
    ASSIGN_OR_RETURN(const HostPort address,
                     ParseHostPort(url.substr(kScheme.size(), slash - kScheme.size())));
    return Get(address.port, url.substr(slash));
  }
};

std::string Member(const std::string& json, std::string_view name) {
  simdjson::dom::parser parser;
  std::string_view value;
  EXPECT_EQ(parser.parse(json)[name].get(value), simdjson::SUCCESS) << json;
  return std::string(value);
}

class DevcloudTest : public ::testing::Test {
 protected:
  DevcloudTest() {
    options_.gateway = "localhost:5443";
    options_.port = 0;
    options_.state_dir = folder_.Path("state");
  }

  std::unique_ptr<Devcloud> Start() { return *Devcloud::Start(options_, clock_); }

  static int PortOf(const Devcloud& devcloud) {
    const std::string url = devcloud.url();
    return std::stoi(url.substr(url.rfind(':') + 1));
  }

  static std::string TokenOf(const Devcloud& devcloud) {
    return Member(*Get(PortOf(devcloud),
                       "/msi?api-version=2019-08-01&resource="
                       "https://localhost:5443/"),
                  "access_token");
  }

  StatusOr<IdentityPtr> Check(const Devcloud& devcloud, const std::string& token) {
    const std::string keys =
        Member(*Get(PortOf(devcloud), "/.well-known/openid-configuration"), "jwks_uri");
    auto verifier = *tokens::Verifier::Open({{.url = devcloud.url(),
                                              .keys = keys,
                                              .audiences = {"https://localhost:5443"},
                                              .tenants = {options_.tenant}}},
                                            &fetcher_, &clock_);
    return verifier->Check(token);
  }

  const tls::testing::Folder folder_;
  FakeClock clock_;
  LoopbackFetcher fetcher_;
  Options options_;
};

TEST_F(DevcloudTest, ItsTokensArePassedByTheVerifierWithItsKeys) {
  options_.app = "app-1";
  options_.object = "object-1";
  const auto devcloud = Start();
  ROOKERY_ASSERT_OK_AND_ASSIGN(const IdentityPtr identity, Check(*devcloud, TokenOf(*devcloud)));
  EXPECT_EQ(identity->tenant, options_.tenant);
  EXPECT_EQ(identity->app_id, "app-1");
  EXPECT_EQ(identity->object_id, "object-1");
  EXPECT_EQ(identity->issuer, devcloud->url());
  EXPECT_EQ(identity->expires_at, clock_.Now() + absl::Hours(1));
}

TEST_F(DevcloudTest, ATokenOutlivesARestartOnTheSamePort) {
  auto devcloud = Start();
  const std::string token = TokenOf(*devcloud);
  options_.port = PortOf(*devcloud);
  devcloud.reset();
  devcloud = Start();
  ROOKERY_EXPECT_OK(Check(*devcloud, token));
}

TEST_F(DevcloudTest, AnothersTokenIsNotPassed) {
  const auto devcloud = Start();
  options_.state_dir = folder_.Path("other");
  const auto other = Start();
  EXPECT_THAT(Check(*devcloud, TokenOf(*other)), StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST_F(DevcloudTest, SaysWhereAndThatItIsNotForProduction) {
  const auto devcloud = Start();
  const std::string line = devcloud->Announcement();
  EXPECT_THAT(line, HasSubstr("not for production"));
  EXPECT_THAT(line, HasSubstr(devcloud->url()));
  EXPECT_THAT(line, HasSubstr(options_.state_dir + "/server.pem"));
  EXPECT_THAT(line, ::testing::Not(HasSubstr("\n")));
}

TEST_F(DevcloudTest, ATakenPortIsRefused) {
  const auto devcloud = Start();
  options_.port = PortOf(*devcloud);
  EXPECT_THAT(Devcloud::Start(options_, clock_), StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace rookery::devcloud
