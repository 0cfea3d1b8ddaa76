#include "services/gateway/ui/web_ui.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "libs/base/testing/status_matchers.h"
#include "libs/http/server.h"
#include "libs/http/testing/raw_client.h"

namespace rookery::gateway {
namespace {

using ::testing::HasSubstr;

class WebUiTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = std::filesystem::temp_directory_path() / "rookery-web-ui-test.XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    Write("secret", "no");
    Write("build/index.html", "<html>");
    Write("build/static/js/main.1a2b.js", "let long = 'long';");
    Write("build/static/js/main.1a2b.js.gz", "gz");
    Write("build/static/media/\xc3\xa4 b.svg", "<svg/>");
    Write("build/lib/notebook-trace-renderer/index.html", "<html>");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void Write(const std::string& name, const std::string& bytes) {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << bytes;
  }

  // Serves the build, and asks it for `path`; 404 if the UI has no such file.
  http::testing::ReceivedResponse Get(const std::string& path, const std::string& headers = "") {
    auto ui = WebUi::Open(folder_ / "build");
    EXPECT_THAT(ui, testing::IsOk());
    auto server =
        http::Server::Listen({}, [&ui](http::Exchange& exchange) -> http::asio::awaitable<void> {
          const StaticFile* file = (*ui)->Find(exchange.request().path);
          if (file != nullptr) {
            (void)co_await SendStaticFile(exchange, *file);
          } else {
            (void)co_await exchange.response().Send(http::Response(404));
          }
        });
    EXPECT_THAT(server, testing::IsOk());
    auto client = http::testing::RawClient::Connect((*server)->port());
    auto response =
        client->Roundtrip("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
    EXPECT_THAT(response, testing::IsOk());
    return *std::move(response);
  }

  std::filesystem::path folder_;
};

constexpr char kScript[] = "/static-files/static/js/main.1a2b.js";

TEST_F(WebUiTest, TheRootIsThePageAndIsAskedForAnew) {
  const auto response = Get("/");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "<html>");
  EXPECT_EQ(response.headers.Find("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(response.headers.Find("Cache-Control"), "no-cache");
}

TEST_F(WebUiTest, FilesHaveTheirTypeAndAreKeptLong) {
  const auto response = Get(kScript);
  EXPECT_EQ(response.body, "let long = 'long';");
  EXPECT_EQ(response.headers.Find("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(response.headers.Find("Cache-Control"), "public, max-age=2419200");
  EXPECT_EQ(response.headers.Find("X-Frame-Options"), "SAMEORIGIN");
  EXPECT_EQ(Get("/static-files/static/media/%C3%A4%20b.svg").headers.Find("Content-Type"),
            "image/svg+xml");
}

TEST_F(WebUiTest, WhatTheBrowserHasIsNotSentAgain) {
  const std::string etag(*Get(kScript).headers.Find("ETag"));
  for (const std::string& known : {etag, "W/" + etag, "\"x\", " + etag, std::string("*")}) {
    const auto response = Get(kScript, "If-None-Match: " + known + "\r\n");
    EXPECT_EQ(response.status, 304) << known;
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(response.headers.Find("ETag"), etag);
  }
  EXPECT_EQ(Get(kScript, "If-None-Match: \"other\"\r\n").status, 200);
}

TEST_F(WebUiTest, AFileThatLiesThereCompressedIsSentCompressed) {
  const auto response = Get(kScript, "Accept-Encoding: br, gzip\r\n");
  EXPECT_EQ(response.body, "gz");
  EXPECT_EQ(response.headers.Find("Content-Encoding"), "gzip");
  EXPECT_EQ(response.headers.Find("Vary"), "Accept-Encoding");
  EXPECT_THAT(std::string(*response.headers.Find("ETag")), HasSubstr("W/"));
  EXPECT_EQ(Get("/", "Accept-Encoding: gzip\r\n").body, "<html>");
}

TEST_F(WebUiTest, NothingBesideTheBuildIsServed) {
  for (const char* path :
       {"/static-files/../secret", "/static-files/%2e%2e/secret", "/static-files/..%2fsecret",
        "/static-files//secret", "/static-files/", "/static-files/static", "/secret", "/index.html",
        "/static-files/static/js/main.1a2b.js.gz", "/static-files/%zz"}) {
    EXPECT_EQ(Get(path).status, 404) << path;
  }
}

TEST_F(WebUiTest, OnlyTheNotebooksPageMayBeFramedElsewhere) {
  const auto response = Get("/static-files/lib/notebook-trace-renderer/index.html");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.Find("X-Frame-Options"), std::nullopt);
  EXPECT_EQ(response.headers.Find("X-Content-Type-Options"), "nosniff");
}

TEST_F(WebUiTest, AFolderThatIsNoBuildIsRefusedWithWhatToDo) {
  const auto empty = WebUi::Open(folder_);
  EXPECT_THAT(empty, testing::StatusIs(absl::StatusCode::kInvalidArgument,
                                       HasSubstr("mlflow/server/js/build")));
  const auto absent = WebUi::Open(folder_ / "absent");
  EXPECT_THAT(absent, testing::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("absent")));
}

TEST_F(WebUiTest, AFolderThatIsTooLargeIsRefused) {
  EXPECT_THAT(StaticFiles::Read(folder_ / "build", 10),
              testing::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("more than")));
}

}  // namespace
}  // namespace rookery::gateway
