// The data plane over HTTP, byte by byte.
#include "services/artifact/data_plane/data_plane.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "libs/base/testing/log_lines.h"
#include "libs/base/testing/status_matchers.h"
#include "libs/http/server.h"
#include "libs/http/testing/raw_client.h"
#include "services/artifact/data_plane/blob_xml.h"
#include "services/artifact/store/local_blob_store.h"
#include "services/artifact/testing/temp_folder.h"

namespace rookery::artifact {
namespace {

using http::testing::RawClient;
using http::testing::ReceivedResponse;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ReadFile;
using testing::TempFolder;
using testing::WriteFile;

class DataPlaneTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ROOKERY_ASSERT_OK_AND_ASSIGN(store_, LocalBlobStore::OpenAt(folder_.path(), Clock::Real()));
    plane_.emplace(*store_, signer_, executor_, nullptr);
    ROOKERY_ASSERT_OK_AND_ASSIGN(
        server_, http::Server::Listen(
                     {}, [this](http::Exchange& exchange) { return plane_->Handle(exchange); }));
  }

  // The query that allows it. `path` "": the container.
  std::string Query(const std::string& path, const std::string& permissions = "rcw",
                    const std::string& container = "default") const {
    return QueryOf(
        SignUrl(keys_, container, path, path.empty(), permissions, clock_.Now() + absl::Hours(1)));
  }

  ReceivedResponse Send(const std::string& verb, const std::string& target,
                        const std::string& headers = "", const std::string& body = "") {
    auto client = RawClient::Connect(server_->port()).value();
    const std::string request =
        fmt::format("{} {} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n{}\r\n{}", verb, target,
                    body.size(), headers, body);
    EXPECT_THAT(client.Send(request), ::rookery::testing::IsOk());
    return client.ReadResponse(verb == "HEAD").value();
  }
  ReceivedResponse Signed(const std::string& verb, const std::string& path,
                          const std::string& headers = "", const std::string& body = "",
                          const std::string& more_query = "") {
    return Send(verb, fmt::format("/default/{}?{}{}", path, Query(path), more_query), headers,
                body);
  }

  static std::string CodeOf(const ReceivedResponse& response) {
    const std::string code(response.headers.Find("x-ms-error-code").value_or(""));
    if (!response.body.empty()) {
      EXPECT_THAT(response.body, HasSubstr("<Error><Code>" + code + "</Code>"));
    }
    return code;
  }

  TempFolder folder_;
  FakeClock clock_;
  const SigningKeys keys_ = SigningKeys::Parse(SigningKeys::NewLine().value()).value();
  const UrlSigner signer_{keys_, clock_};
  std::unique_ptr<LocalBlobStore> store_;
  // Ends before the store, as in the service: it may still remove what an upload left.
  rpc::Executor executor_{{.threads = 2}};
  std::optional<DataPlane> plane_;
  std::unique_ptr<http::Server> server_;
};

TEST_F(DataPlaneTest, PutsGetsAndHeads) {
  const auto put = Signed("PUT", "a/b.txt",
                          "x-ms-blob-type: BlockBlob\r\nIf-None-Match: *\r\n"
                          "x-ms-meta-Key: v\r\n",
                          "hello");
  EXPECT_EQ(put.status, 201) << put.body;
  const std::string etag(put.headers.Find("ETag").value());
  EXPECT_TRUE(put.headers.Find("Last-Modified"));
  EXPECT_TRUE(put.headers.Find("x-ms-request-id"));
  const auto got = Signed("GET", "a/b.txt");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, "hello");
  const auto head = Signed("HEAD", "a/b.txt");
  for (const auto& each : {got, head}) {
    EXPECT_EQ(each.headers.Find("ETag"), etag);
    EXPECT_EQ(each.headers.Find("Content-Length"), "5");
    EXPECT_EQ(each.headers.Find("x-ms-blob-type"), "BlockBlob");
    EXPECT_EQ(each.headers.Find("x-ms-meta-key"), "v");
    // No browser may take a file for a page of this server.
    EXPECT_EQ(each.headers.Find("X-Content-Type-Options"), "nosniff");
    EXPECT_THAT(std::string(each.headers.Find("Content-Disposition").value()),
                HasSubstr("attachment"));
  }
  // What is there is replaced, whatever If-None-Match says.
  EXPECT_EQ(Signed("PUT", "a/b.txt", "If-None-Match: *\r\n", "new").status, 201);
  EXPECT_EQ(Signed("GET", "a/b.txt").body, "new");
}

TEST_F(DataPlaneTest, ServesRanges) {
  WriteFile(folder_ / "a", "0123456789");
  const auto part = Signed("GET", "a", "x-ms-range: bytes=2-4\r\nRange: bytes=0-0\r\n");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "234");
  EXPECT_EQ(part.headers.Find("Content-Range"), "bytes 2-4/10");
  EXPECT_EQ(Signed("GET", "a", "Range: bytes=8-99\r\n").body, "89");
  const auto after = Signed("GET", "a", "x-ms-range: bytes=10-\r\n");
  EXPECT_EQ(after.status, 416);
  EXPECT_EQ(CodeOf(after), "InvalidRange");
  EXPECT_EQ(after.headers.Find("Content-Range"), "bytes */10");
}

TEST_F(DataPlaneTest, AnEmptyBlobHasNoRange) {
  EXPECT_EQ(Signed("PUT", "a").status, 201);
  const auto range = Signed("GET", "a", "x-ms-range: bytes=0-33554431\r\n");
  EXPECT_EQ(range.status, 416);
  EXPECT_EQ(CodeOf(range), "InvalidRange");
  EXPECT_EQ(range.headers.Find("Content-Range"), "bytes */0");
  const auto whole = Signed("GET", "a");
  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(whole.headers.Find("Content-Length"), "0");
}

TEST_F(DataPlaneTest, AChangedBlobFailsItsCondition) {
  WriteFile(folder_ / "a", "1");
  const std::string etag(Signed("HEAD", "a").headers.Find("ETag").value());
  EXPECT_EQ(Signed("GET", "a", "If-Match: " + etag + "\r\n").status, 200);
  EXPECT_EQ(Signed("GET", "a", "If-None-Match: " + etag + "\r\n").status, 304);
  EXPECT_EQ(Signed("PUT", "a", "If-Match: " + etag + "\r\n", "two").status, 201);
  const auto changed = Signed("GET", "a", "If-Match: " + etag + "\r\n");
  EXPECT_EQ(changed.status, 412);
  EXPECT_EQ(CodeOf(changed), "ConditionNotMet");
  EXPECT_EQ(Signed("PUT", "a", "If-Match: " + etag + "\r\n", "three").status, 412);
  EXPECT_EQ(Signed("PUT", "new", "If-Match: *\r\n", "x").status, 412);
  EXPECT_EQ(ReadFile(folder_ / "a"), "two");
}

TEST_F(DataPlaneTest, MakesBlobsOfBlocks) {
  EXPECT_EQ(Signed("PUT", "a", "", "one,", "&comp=block&blockid=MQ%3D%3D").status, 201);
  EXPECT_EQ(Signed("PUT", "a", "", "two", "&comp=block&blockid=Mg%3D%3D").status, 201);
  EXPECT_EQ(Signed("HEAD", "a").status, 404);
  const auto made = Signed("PUT", "a", "x-ms-meta-k: v\r\n",
                           "<BlockList><Latest>MQ==</Latest><Latest>Mg==</Latest></BlockList>",
                           "&comp=blocklist");
  EXPECT_EQ(made.status, 201);
  EXPECT_TRUE(made.headers.Find("ETag"));
  const auto got = Signed("GET", "a");
  EXPECT_EQ(got.body, "one,two");
  EXPECT_EQ(got.headers.Find("x-ms-meta-k"), "v");
}

TEST_F(DataPlaneTest, RefusesListsOfBlocksThatAreNone) {
  const auto list = [this](const std::string& body) {
    const auto response = Signed("PUT", "a", "", body, "&comp=blocklist");
    return fmt::format("{} {}", response.status, CodeOf(response));
  };
  EXPECT_EQ(list("<BlockList><Latest>MQ==</Latest></BlockList>"), "400 InvalidBlockList");
  EXPECT_EQ(list("<BlockList><Latest>*</Latest></BlockList>"), "400 InvalidBlockList");
  EXPECT_EQ(list("garbage"), "400 InvalidXmlDocument");
  EXPECT_EQ(list(std::string(kMaxBlockListBytes + 1, ' ')), "413 RequestBodyTooLarge");
  for (const char* id : {"", "*", "&blockid="}) {
    const auto response = Signed("PUT", "a", "", "x", std::string("&comp=block&blockid=") + id);
    EXPECT_EQ(CodeOf(response), "InvalidQueryParameterValue");
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a"));
}

TEST_F(DataPlaneTest, SetsMetadata) {
  WriteFile(folder_ / "a", "1");
  EXPECT_EQ(
      Signed("PUT", "a", "x-ms-meta-upload_status: completed\r\n", "", "&comp=metadata").status,
      200);
  EXPECT_EQ(Signed("HEAD", "a").headers.Find("x-ms-meta-upload_status"), "completed");
  EXPECT_EQ(Signed("PUT", "none", "x-ms-meta-a: b\r\n", "", "&comp=metadata").status, 404);
  EXPECT_EQ(CodeOf(Signed("PUT", "a", "x-ms-meta-a-b: c\r\n", "", "&comp=metadata")),
            "InvalidMetadata");
  EXPECT_EQ(CodeOf(Signed("PUT", "a", "x-ms-meta-a: " + std::string(9000, 'x') + "\r\n", "",
                          "&comp=metadata")),
            "MetadataTooLarge");
}

TEST_F(DataPlaneTest, ChecksMd5) {
  EXPECT_EQ(Signed("PUT", "a", "Content-MD5: XUFAKrxLKna5cZ2REBfFkg==\r\n", "hello").status, 201);
  const auto wrong = Signed("PUT", "a", "Content-MD5: XUFAKrxLKna5cZ2REBfFkg==\r\n", "hallo");
  EXPECT_EQ(CodeOf(wrong), "Md5Mismatch");
  EXPECT_EQ(ReadFile(folder_ / "a"), "hello");
}

TEST_F(DataPlaneTest, ListsAContainer) {
  WriteFile(folder_ / "d/a", "1");
  WriteFile(folder_ / "d/e/b", "1");
  const auto list = [this](const std::string& query, const std::string& permissions = "l") {
    return Send("GET", fmt::format("/default?restype=container&comp=list&{}&{}", query,
                                   Query("", permissions)));
  };
  EXPECT_THAT(list("prefix=d%2F").body,
              AllOf(HasSubstr("<Name>d/a</Name>"), HasSubstr("<Name>d/e/b</Name>")));
  EXPECT_THAT(list("prefix=d%2F&delimiter=%2F").body,
              AllOf(HasSubstr("<BlobPrefix><Name>d/e/</Name>"), Not(HasSubstr("d/e/b"))));
  EXPECT_THAT(list("maxresults=1").body, Not(HasSubstr("<NextMarker />")));
  for (const char* bad : {"delimiter=a", "maxresults=0", "maxresults=x", "marker=*"}) {
    EXPECT_EQ(CodeOf(list(bad)), "InvalidQueryParameterValue") << bad;
  }
  EXPECT_EQ(CodeOf(list("", "rcw")), "AuthorizationPermissionMismatch");
  EXPECT_EQ(CodeOf(Send("GET", "/default?restype=container&comp=list&" + Query("d/a"))),
            "AuthenticationFailed");
}

TEST_F(DataPlaneTest, RefusesWhatTheSignatureIsNotFor) {
  WriteFile(folder_ / "a", "secret");
  WriteFile(folder_ / "workspaces/team/a", "theirs");
  const auto refused = [this](const std::string& verb, const std::string& target) {
    const auto response = Send(verb, target);
    EXPECT_EQ(response.status, 403) << target;
    EXPECT_THAT(response.body, Not(HasSubstr("secret")));
    return CodeOf(response);
  };
  const std::string good = Query("a");
  EXPECT_EQ(Send("GET", "/default/a?" + good).status, 200);
  EXPECT_EQ(refused("GET", "/default/a"), "AuthenticationFailed");
  EXPECT_EQ(refused("GET", "/default/b?" + good), "AuthenticationFailed");
  EXPECT_EQ(refused("GET", "/team/a?" + good), "AuthenticationFailed");
  EXPECT_EQ(refused("GET", "/default/a?" + good + "x"), "AuthenticationFailed");
  EXPECT_EQ(refused("PUT", "/default/a?" + Query("a", "r")), "AuthorizationPermissionMismatch");
  EXPECT_EQ(refused("GET", "/default/a?" + Query("a", "cw")), "AuthorizationPermissionMismatch");
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(refused("GET", "/default/a?" + good), "AuthenticationFailed");
  EXPECT_EQ(ReadFile(folder_ / "a"), "secret");
}

TEST_F(DataPlaneTest, AContainersSignatureStaysInItsWorkspace) {
  WriteFile(folder_ / "workspaces/team/a", "theirs");
  const std::string own = Query("", "rcwl");
  EXPECT_EQ(CodeOf(Send("GET", "/default/workspaces/team/a?" + own)), "BlobNotFound");
  EXPECT_EQ(Send("PUT", "/default/workspaces/team/a?" + own, "", "x").status, 400);
  EXPECT_EQ(Send("PUT", "/default/a/..%2F..%2Fb?" + own, "", "x").status, 400);
  EXPECT_EQ(CodeOf(Send("GET", "/default/.rookery-signing-key?" + own)), "BlobNotFound");
  EXPECT_EQ(Send("GET", "/team/a?" + Query("", "r", "team")).body, "theirs");
  EXPECT_EQ(ReadFile(folder_ / "workspaces/team/a"), "theirs");
}

TEST_F(DataPlaneTest, LogsARefusalWithoutTheSignature) {
  const ::rookery::testing::LogLines lines;
  const std::string query = Query("b");
  Send("GET", "/default/a?" + query);
  EXPECT_THAT(lines.text(),
              AllOf(HasSubstr("signed URL refused"), HasSubstr("/default/a"),
                    Not(HasSubstr("sig=")), Not(HasSubstr(query.substr(query.find("sig=") + 4)))));
}

TEST_F(DataPlaneTest, TellsWhatIsNotThere) {
  WriteFile(folder_ / "folder/a", "x");
  for (const char* path : {"none", "folder", "folder/", "folder/a/b", "a//b"}) {
    const auto response = Send("HEAD", fmt::format("/default/{}?{}", path, Query("", "r")));
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(CodeOf(response), "BlobNotFound") << path;
  }
  EXPECT_EQ(CodeOf(Signed("PUT", "folder", "", "x")), "InvalidResourceName");
  EXPECT_EQ(CodeOf(Signed("PUT", "folder/a/b", "", "x")), "InvalidResourceName");
}

TEST_F(DataPlaneTest, DoesNotClaimWhatItHasNot) {
  WriteFile(folder_ / "a", "x");
  EXPECT_EQ(CodeOf(Signed("DELETE", "a")), "UnsupportedHttpVerb");
  EXPECT_EQ(CodeOf(Signed("PUT", "a", "", "", "&comp=snapshot")), "InvalidQueryParameterValue");
  EXPECT_EQ(CodeOf(Signed("GET", "a", "", "", "&comp=blocklist")), "InvalidQueryParameterValue");
  EXPECT_EQ(CodeOf(Signed("PUT", "a", "x-ms-blob-type: PageBlob\r\n")), "InvalidHeaderValue");
  EXPECT_EQ(CodeOf(Signed("PUT", "a", "x-ms-copy-source: http://x/y\r\n")), "InvalidHeaderValue");
  EXPECT_EQ(CodeOf(Send("GET", "/default?" + Query(""))), "InvalidUri");
  EXPECT_EQ(CodeOf(Send("GET", "/default/%zz?" + Query("", "r"))), "InvalidUri");
  EXPECT_EQ(ReadFile(folder_ / "a"), "x");
}

TEST_F(DataPlaneTest, AnUploadThatBreaksOffLeavesNothing) {
  for (const std::string& more : {std::string(), std::string("&comp=block&blockid=MQ%3D%3D")}) {
    auto client = RawClient::Connect(server_->port()).value();
    ROOKERY_ASSERT_OK(client.Send(
        fmt::format("PUT /default/a?{}{} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf",
                    Query("a"), more)));
    client.EndSending();
    EXPECT_EQ(client.ReadResponse()->status, 400);
  }
  server_->Shutdown(absl::ZeroDuration());
  // The executor's work was handed over before that.
  const absl::Time end = absl::Now() + absl::Seconds(10);
  const auto leftovers = [this] {
    int files = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(folder_ / kReservedFolder)) {
      files += entry.is_regular_file() ? 1 : 0;
    }
    return files;
  };
  while (leftovers() > 0 && absl::Now() < end) std::this_thread::yield();
  EXPECT_EQ(leftovers(), 0);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a"));
}

class BlobTarget : public ::testing::Test {
 protected:
  static http::RequestHead To(const std::string& host, const std::string& path) {
    http::RequestHead head;
    head.method = "GET";
    head.path = path;
    head.headers.Add("Host", host);
    return head;
  }
  static std::string Parsed(const std::string& host, const std::string& path) {
    const auto request = ParseBlobRequest(To(host, path));
    return request.ok() ? fmt::format("{} {}", request->container, request->path) : "none";
  }
};

TEST_F(BlobTarget, IsKnownByItsHostOrItsPath) {
  EXPECT_TRUE(IsForDataPlane(To("acct.blob.localhost:5000", "/default/a")));
  EXPECT_TRUE(IsForDataPlane(To("acct.BLOB.core.windows.net", "/")));
  EXPECT_TRUE(IsForDataPlane(To("x", "/store/a.blob.core.windows.net/default/a")));
  for (const char* host : {"localhost", "blob.localhost", ".blob.x", "a.blobs.x", "a.blob."}) {
    EXPECT_FALSE(IsForDataPlane(To(host, "/default/a"))) << host;
  }
  for (const char* path : {"/store/default/a", "/store/a.blob.x", "/stores/a.blob.x/y", "/"}) {
    EXPECT_FALSE(IsForDataPlane(To("x", path))) << path;
  }
}

TEST_F(BlobTarget, HasItsContainerFirstAndIsDecodedOnce) {
  EXPECT_EQ(Parsed("a.blob.x", "/team/d/sp%20ace%2B%2525+"), "team d/sp ace+%25+");
  EXPECT_EQ(Parsed("x", "/store/a.blob.x:1/team/d/b"), "team d/b");
  EXPECT_EQ(Parsed("x", "/team/b"), "team b");
  EXPECT_EQ(Parsed("a.blob.x", "/store/a.blob.x/b"), "store a.blob.x/b");
  EXPECT_EQ(Parsed("x", "/"), "none");
  EXPECT_EQ(Parsed("x", "/team/%ff"), "none");
}

}  // namespace
}  // namespace rookery::artifact
