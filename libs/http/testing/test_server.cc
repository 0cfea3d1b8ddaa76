#include "libs/http/testing/test_server.h"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "libs/tls/client_context.h"
#include "libs/tls/testing/certificates.h"

namespace rookery::http::testing {
namespace {

size_t StatusKib(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(key)) return std::stoul(line.substr(key.size()));
  }
  return 0;
}

// What server and clients of the whole test program use; nulls for plain HTTP.
struct Tls {
  Tls() {
    if (std::getenv("ROOKERY_HTTP_TEST_TLS") == nullptr) return;
    const tls::testing::Folder folder;
    const tls::testing::Authority authority;
    const tls::testing::Issued issued = authority.Issue();
    server = *tls::ServerIdentity::Open(
        {folder.Write("cert.pem", issued.certificate), folder.Write("key.pem", issued.key), ""},
        absl::Hours(1));
    client = *tls::NewClientContext({folder.Write("ca.pem", authority.certificate()), "", ""});
  }

  std::shared_ptr<const tls::ServerIdentity> server;
  tls::ContextPtr client;
};

const Tls& TheTls() {
  static const Tls tls;
  return tls;
}

}  // namespace

Handler Echo() {
  return [](Exchange& exchange) -> asio::awaitable<void> {
    const RequestHead& request = exchange.request();
    const StatusOr<std::string> body = co_await exchange.body().ReadAll(1 << 20);
    Response response;
    if (body.ok()) {
      response.body = request.method + " " + request.path + "?" + request.query + " " + *body;
    } else {
      response.status = absl::IsResourceExhausted(body.status()) ? 413 : 400;
      response.body = std::string(body.status().message());
    }
    (void)co_await exchange.response().Send(std::move(response));
  };
}

bool Eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

size_t PeakMemoryBytes() { return StatusKib("VmHWM:") * 1024; }
size_t MemoryBytes() { return StatusKib("VmRSS:") * 1024; }

void ServerTest::Serve(Handler handler, ServerOptions options) {
  options.tls = TheTls().server;
  auto server = Server::Listen(std::move(options), std::move(handler));
  ROOKERY_ASSERT_OK(server);
  server_ = *std::move(server);
}

StatusOr<RawClient> ServerTest::ConnectTo(uint16_t port) {
  return RawClient::Connect(port, TheTls().client);
}

RawClient ServerTest::Connect() {
  auto client = ConnectTo(server_->port());
  if (!client.ok()) throw std::runtime_error(client.status().ToString());
  return *std::move(client);
}

}  // namespace rookery::http::testing
