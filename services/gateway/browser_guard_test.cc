#include "services/gateway/browser_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"

namespace rookery::gateway {
namespace {

using ::rookery::testing::IsOk;
using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;

constexpr char kRuns[] = "/api/2.0/mlflow/runs/create";

http::RequestHead Request(const std::string& host, const std::string& origin = "",
                          const std::string& method = "POST", const std::string& path = kRuns) {
  http::RequestHead head;
  head.method = method;
  head.path = path;
  head.headers.Add("Host", host);
  if (!origin.empty()) head.headers.Add("Origin", origin);
  return head;
}

TEST(BrowserGuardTest, LocalhostAndAddressesAreHosts) {
  const BrowserGuard guard({});
  for (const char* host : {"localhost", "localhost:5000", "LOCALHOST", "acct.blob.localhost:80",
                           "127.0.0.1:5000", "10.1.2.3", "[::1]:5000", "[fd00::1]"}) {
    EXPECT_THAT(guard.Check(Request(host)), IsOk()) << host;
  }
}

TEST(BrowserGuardTest, OtherNamesAreRebindingUnlessAllowed) {
  const BrowserGuard guard({.allowed_hosts = {"mlflow.example.org", "*.svc", "exact:81"}});
  for (const char* host : {"evil.example", "10.evil.example", "localhost.evil.example",
                           "mlflow.example.org.evil.example", "exact:82"}) {
    EXPECT_THAT(guard.Check(Request(host)),
                StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("Invalid Host header")))
        << host;
  }
  for (const char* host :
       {"mlflow.example.org", "MLFLOW.example.org:80", "rookery.ml.svc", "exact:81"}) {
    EXPECT_THAT(guard.Check(Request(host)), IsOk()) << host;
  }
}

TEST(BrowserGuardTest, ProbesMayUseAnyName) {
  EXPECT_THAT(BrowserGuard({}).Check(Request("pod.name", "", "GET", "/health")), IsOk());
}

TEST(BrowserGuardTest, ForeignPagesMayNotWrite) {
  const BrowserGuard guard({});
  for (const char* origin : {"https://evil.example", "null", "http://localhost.evil.example",
                             "http://127.evil.example"}) {
    EXPECT_THAT(guard.Check(Request("localhost:5000", origin)),
                StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("Cross-origin")))
        << origin;
    EXPECT_THAT(guard.Check(Request("localhost:5000", origin, "GET")), IsOk());
  }
}

TEST(BrowserGuardTest, OwnLocalAndAllowedPagesMayWrite) {
  const BrowserGuard guard({.allowed_origins = {"https://*.example.org"}});
  EXPECT_THAT(guard.Check(Request("10.0.0.1:5000", "http://10.0.0.1:5000")), IsOk());
  EXPECT_THAT(guard.Check(Request("10.0.0.1:5000", "http://localhost:3000")), IsOk());
  EXPECT_THAT(guard.Check(Request("10.0.0.1:5000", "https://ui.example.org")), IsOk());
  EXPECT_THAT(guard.Check(Request("10.0.0.1:5000", "http://ui.example.org")),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST(BrowserGuardTest, WhoeverComesByAUnixSocketNamesTheHostAsHeLikes) {
  http::RequestHead request = Request("%2Frun%2Frookery.sock");
  EXPECT_FALSE(BrowserGuard({}).Check(request).ok());
  request.remote_address = http::kUnixPeer;
  EXPECT_THAT(BrowserGuard({}).Check(request), IsOk());
}

}  // namespace
}  // namespace rookery::gateway
