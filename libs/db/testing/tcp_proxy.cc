#include "libs/db/testing/tcp_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

namespace rookery::testing {
namespace {

constexpr int kPollMs = 20;

sockaddr_in Loopback(const std::string& host, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  inet_pton(AF_INET, host.c_str(), &address.sin_addr);
  return address;
}

int ListenOn(int port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  const sockaddr_in address = Loopback("127.0.0.1", port);
  if (bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      listen(listener, 16) != 0) {
    std::abort();
  }
  return listener;
}

}  // namespace

TcpProxy::TcpProxy(const std::string& server_host, int server_port)
    : host_(server_host == "localhost" ? "127.0.0.1" : server_host), server_port_(server_port) {
  Start();
}

TcpProxy::~TcpProxy() { Stop(); }

void TcpProxy::Start() {
  listener_ = ListenOn(port_);
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

void TcpProxy::Stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

void TcpProxy::SetCut(const std::string& word, bool deliver) {
  const std::lock_guard lock(mutex_);
  cut_word_ = word;
  deliver_cut_ = deliver;
}

void TcpProxy::Run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::vector<pollfd> polled = {{listener_, POLLIN, 0}};
    for (const Link& link : links_) {
      polled.push_back({link.client, POLLIN, 0});
      polled.push_back({link.server, POLLIN, 0});
    }
    poll(polled.data(), polled.size(), kPollMs);
    for (size_t i = 0; i < links_.size(); ++i) {
      Link& link = links_[i];
      const bool from_client =
          polled[2 * i + 1].revents == 0 || Forward(link.client, link.server, true);
      const bool from_server =
          polled[2 * i + 2].revents == 0 || Forward(link.server, link.client, false);
      link.open = from_client && from_server;
    }
    if (polled[0].revents != 0) Accept();
    std::erase_if(links_, [](const Link& link) {
      if (!link.open) {
        close(link.client);
        close(link.server);
      }
      return !link.open;
    });
  }
  close(listener_);
  for (const Link& link : links_) {
    close(link.client);
    close(link.server);
  }
  links_.clear();
}

void TcpProxy::Accept() {
  const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(host_, server_port_);
  if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    std::abort();
  }
  links_.push_back({client, server});
}

bool TcpProxy::Forward(int from, int to, bool from_client) {
  char buffer[65536];
  const ssize_t size = recv(from, buffer, sizeof(buffer), 0);
  if (size <= 0) return false;
  const std::string_view bytes(buffer, static_cast<size_t>(size));
  if (from_client && !PassesCut(bytes, to)) return false;
  return send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL) == size;
}

bool TcpProxy::PassesCut(std::string_view bytes, int server) {
  const std::lock_guard lock(mutex_);
  if (cut_word_.empty() || bytes.find(cut_word_) == std::string_view::npos) return true;
  cut_word_.clear();
  if (deliver_cut_) {
    send(server, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    // The answer says that the server is done; nobody shall read it.
    char answer[4096];
    [[maybe_unused]] const ssize_t size = recv(server, answer, sizeof(answer), 0);
  }
  return false;
}

}  // namespace rookery::testing
