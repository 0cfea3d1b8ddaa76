// What must not be served.
#include <random>

#include "libs/http/testing/test_server.h"

namespace rookery::http {
namespace {

using testing::Echo;
using testing::RawClient;
using testing::ReceivedResponse;

class Malformed : public testing::ServerTest {
 protected:
  // Whether `request` is refused with `status` and the connection closed.
  ::testing::AssertionResult IsRefused(std::string_view request, int status) {
    RawClient client = Connect();
    const StatusOr<ReceivedResponse> response = client.Roundtrip(request);
    if (!response.ok()) return ::testing::AssertionFailure() << response.status().ToString();
    if (response->status != status || response->body.empty() ||
        response->headers.Find("Connection") != "close") {
      return ::testing::AssertionFailure() << response->status << ": " << response->body;
    }
    if (!client.IsClosedByServer())
      return ::testing::AssertionFailure() << "the connection is open";
    return ::testing::AssertionSuccess();
  }
};

TEST_F(Malformed, RequestIsRefused) {
  Serve(Echo());
  for (const char* request : {
           "hello\r\n\r\n",
           "GET /\r\n\r\n",
           "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
           "GET a/b HTTP/1.1\r\nHost: x\r\n\r\n",
           "GET ftp://a/b HTTP/1.1\r\nHost: x\r\n\r\n",
           "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n",
           "CONNECT a:443 HTTP/1.1\r\nHost: x\r\n\r\n",
           "GET / HTTP/1.1 \r\nHost: x\r\n\r\n",
           " GET / HTTP/1.1\r\nHost: x\r\n\r\n",
           "G\x01T / HTTP/1.1\r\nHost: x\r\n\r\n",
           "GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n",
           "GET / HTTP/1.1\r\nHost x\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: x\r\nBad Name: y\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: x\r\nA: b\x01\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: x\r\n: empty\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: x\rA: b\r\n\r\n",
           "GET / HTTP/1.1\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
       }) {
    EXPECT_TRUE(
        IsRefused(request, std::string_view(request).find("1.1 ") == std::string::npos ? 400 : 505))
        << request;
  }
}

TEST_F(Malformed, OtherVersionsAreRefused) {
  Serve(Echo());
  for (const char* request :
       {"GET / HTTP/2.0\r\nHost: x\r\n\r\n", "GET / HTTP/1.2\r\nHost: x\r\n\r\n",
        "GET / HTTP/0.9\r\n\r\n", "GET / HTTX/1.1\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"}) {
    EXPECT_TRUE(IsRefused(request, 505)) << request;
  }
}

TEST_F(Malformed, AmbiguousFramingIsRefused) {
  Serve(Echo());
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\n";
  for (const char* fields : {
           "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
           "Transfer-Encoding: gzip\r\nContent-Length: 3\r\n",
           "Content-Length: 3\r\nContent-Length: 3\r\n",
           "Content-Length: 3\r\nContent-Length: 4\r\n",
           "Content-Length: 3, 3\r\n",
           "Content-Length: 3,\r\n",
           "Content-Length: +3\r\n",
           "Content-Length: -3\r\n",
           "Content-Length: 0x3\r\n",
           "Content-Length: 3 3\r\n",
           "Content-Length:\r\n",
           "Content-Length: 99999999999999999999\r\n",
           "Content-Length : 3\r\n",
           "Transfer-Encoding : chunked\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: \013chunked\r\n",
       }) {
    EXPECT_TRUE(IsRefused(head + fields + "\r\n3\r\nabc\r\n0\r\n\r\n", 400)) << fields;
  }
  EXPECT_TRUE(IsRefused("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400));
}

TEST_F(Malformed, OtherTransferEncodingsAreNotImplemented) {
  Serve(Echo());
  for (const char* encoding :
       {"gzip", "gzip, chunked", "chunked, chunked", "chunked;q=1", "identity", ""}) {
    EXPECT_TRUE(IsRefused(std::string("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: ") +
                              encoding + "\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
                          501))
        << encoding;
  }
}

TEST_F(Malformed, HeaderOverTheLimitIsRefused) {
  Serve(Echo(), {.max_header_bytes = 4096});
  const std::string start = "GET / HTTP/1.1\r\nHost: x\r\n";
  EXPECT_TRUE(IsRefused("GET /" + std::string(5000, 'x'), 431));
  EXPECT_TRUE(IsRefused(start + "A: " + std::string(5000, 'x'), 431));
  EXPECT_TRUE(IsRefused(start + "A: " + std::string(5000, 'x') + "\r\n\r\n", 431));
  std::string many = start;
  for (int i = 0; i < 1000; ++i) many += "A: b\r\n";
  EXPECT_TRUE(IsRefused(many + "\r\n", 431));
  std::string empty_lines;
  for (int i = 0; i < 5000; ++i) empty_lines += "\r\n";
  EXPECT_TRUE(IsRefused(empty_lines, 431));
  // One just below the limit passes.
  RawClient client = Connect();
  const std::string field = "A: " + std::string(4096 - start.size() - 7, 'x') + "\r\n\r\n";
  ROOKERY_ASSERT_OK_AND_ASSIGN(const ReceivedResponse response, client.Roundtrip(start + field));
  EXPECT_EQ(response.status, 200);
}

TEST_F(Malformed, HeaderThatDoesNotComeInTimeIsRefused) {
  Serve(Echo(), {.header_timeout = absl::Milliseconds(50)});
  EXPECT_TRUE(IsRefused("GET / HTTP/1.1\r\nHo", 408));
}

TEST_F(Malformed, IdleConnectionIsClosedSilently) {
  Serve(Echo(), {.idle_timeout = absl::Milliseconds(50)});
  RawClient fresh = Connect();
  EXPECT_TRUE(fresh.IsClosedByServer());
  RawClient used = Connect();
  ROOKERY_ASSERT_OK(used.Roundtrip("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_TRUE(used.IsClosedByServer());
}

// Random bytes, and requests with random damage, which reach deeper.
std::string Garbage(std::mt19937_64& random) {
  static constexpr std::string_view kSeeds[] = {
      "", "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\nConnection: close\r\n\r\n",
      "POST /a?b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello",
      "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;a=\"b\"\r\nhello\r\n"
      "0\r\nT: u\r\n v\r\n\r\nGET / HTTP/1.0\r\n\r\n"};
  std::string bytes(kSeeds[random() % std::size(kSeeds)]);
  static constexpr std::string_view kPieces[] = {"\r\n", "\r", "\n", ":",   " ",
                                                 "0",    ";",  "\"", "\0x", ","};
  if (bytes.empty()) {
    for (size_t n = random() % 300; n > 0; --n) bytes += static_cast<char>(random());
    return bytes;
  }
  for (size_t n = 1 + random() % 4; n > 0; --n) {
    const size_t at = random() % bytes.size();
    switch (random() % 4) {
      case 0:
        bytes[at] = static_cast<char>(random());
        break;
      case 1:
        bytes.insert(at, kPieces[random() % std::size(kPieces)]);
        break;
      case 2:
        bytes.erase(at, random() % 5);
        break;
      default:
        bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 20));
        break;
    }
  }
  return bytes;
}

TEST_F(Malformed, GarbageDoesNotEndTheServer) {
  const uint64_t seed = std::random_device()();
  std::printf("seed %lu\n", static_cast<unsigned long>(seed));
  std::mt19937_64 random(seed);
  Serve(Echo());
  for (int i = 0; i < 3000; ++i) {
    RawClient client = Connect();
    const std::string bytes = Garbage(random);
    // In two parts, so that the parser has to go on in the middle.
    const size_t cut = random() % (bytes.size() + 1);
    if (!client.Send(std::string_view(bytes).substr(0, cut)).ok()) continue;
    if (!client.Send(std::string_view(bytes).substr(cut)).ok()) continue;
    client.EndSending();
    (void)client.ReadAll();
  }
  RawClient client = Connect();
  ROOKERY_ASSERT_OK_AND_ASSIGN(const ReceivedResponse response,
                               client.Roundtrip("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_EQ(response.status, 200);
}

}  // namespace
}  // namespace rookery::http
