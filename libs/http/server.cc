#include "libs/http/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstring>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "libs/base/log.h"
#include "libs/http/connection.h"
#include "libs/http/connection_set.h"
#include "libs/http/unix_socket.h"

namespace rookery::http {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

// Connections that are being told 503 at one time.
constexpr size_t kMaxTurnedAway = 64;
// How long to wait when the process has no file descriptors left, or too many connections.
constexpr auto kAcceptPause = std::chrono::milliseconds(50);
constexpr auto kAcceptReport = std::chrono::seconds(5);
constexpr auto kShutdownReport = absl::Seconds(10);
// How long those who are being told 503 may keep the server from ending.
constexpr auto kTurnAwayTime = absl::Seconds(2);

uint16_t PortOf(const asio::generic::stream_protocol::endpoint& endpoint) {
  tcp::endpoint ip;
  std::memcpy(ip.data(), endpoint.data(), std::min(endpoint.size(), ip.capacity()));
  return ip.port();
}

}  // namespace

// Accepts connections and owns all that they run on. Its members are destroyed from the last to the
// first: the threads have ended before the io_context goes.
class Server::Listener {
 public:
  Listener(ServerOptions options, Handler handler)
      : io_(options.threads), context_(std::move(options), std::move(handler)) {}

  // For a Start that failed: after Shutdown nothing runs any more.
  ~Listener() { io_.stop(); }

  Status Open() {
    const ServerOptions& options = context_.options;
    if (!options.unix_path.empty()) {
      ASSIGN_OR_RETURN(unix_socket_, UnixSocket::Open(options.unix_path, acceptor_));
      return absl::OkStatus();
    }
    error_code ec;
    const auto found = tcp::resolver(io_).resolve(options.host, std::to_string(options.port),
                                                  tcp::resolver::passive, ec);
    if (!ec) {
      const tcp::endpoint endpoint = found.begin()->endpoint();
      acceptor_.open(endpoint.protocol(), ec);
      if (!ec) acceptor_.set_option(asio::socket_base::reuse_address(true), ec);
      if (!ec) acceptor_.bind(endpoint, ec);
      if (!ec) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
      if (!ec) port_ = PortOf(acceptor_.local_endpoint(ec));
    }
    if (!ec) return absl::OkStatus();
    return absl::UnavailableError(
        fmt::format("cannot listen on {} port {}: {}", options.host, options.port, ec.message()));
  }

  void Start() {
    asio::co_spawn(
        strand_, [this] { return Accept(); },
        [this](std::exception_ptr) { accept_ended_.set_value(); });
    for (int i = 0; i < context_.options.threads; ++i) {
      threads_.emplace_back([this] { RunThread(); });
    }
  }

  uint16_t port() const { return port_; }
  size_t connections() const { return served_.size() + turned_away_.size(); }

  void Shutdown(absl::Duration grace) {
    const std::lock_guard lock(shutdown_mutex_);
    if (threads_.empty()) return;
    // Whoever comes from here on is turned away.
    context_.draining = true;
    served_.ForEach([](Connection& connection) { connection.Drain(); });
    if (!served_.WaitUntilEmpty(grace)) CloseAll(served_);
    asio::post(strand_, [this] {
      closing_ = true;
      error_code ec;
      acceptor_.close(ec);
      pause_.cancel(ec);
    });
    accept_ended_.get_future().wait();
    // One more may have been served that was accepted just before.
    for (ConnectionSet* const rest : {&served_, &turned_away_}) {
      if (!rest->WaitUntilEmpty(std::min(grace, kTurnAwayTime))) CloseAll(*rest);
    }
    work_.reset();
    threads_.clear();
  }

 private:
  static void CloseAll(ConnectionSet& connections) {
    connections.ForEach([](Connection& connection) { connection.Close(); });
    while (!connections.WaitUntilEmpty(kShutdownReport)) {
      spdlog::warn("http: shutdown waits for {} handlers to return", connections.size());
    }
  }

  asio::awaitable<void> Accept() {
    while (!closing_) {
      std::string problem;
      try {
        if (turned_away_.size() < kMaxTurnedAway) {
          Socket socket{asio::any_io_executor(asio::make_strand(io_))};
          error_code ec;
          co_await acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, ec));
          if (closing_) co_return;
          if (!ec) {
            Serve(std::move(socket));
            continue;
          }
          // The client has gone already.
          if (ec == asio::error::connection_aborted) continue;
          problem = ec.message();
        }
      } catch (const std::exception& e) {
        problem = e.what();
      }
      if (!problem.empty()) ReportAcceptError(problem);
      // Without descriptors or memory accept fails at once for as long as a client is waiting.
      error_code ec;
      pause_.expires_after(kAcceptPause);
      co_await pause_.async_wait(asio::redirect_error(asio::use_awaitable, ec));
    }
  }

  // Not every one: they come twenty times a second for as long as something is lacking.
  void ReportAcceptError(const std::string& problem) {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_accept_report_) return;
    next_accept_report_ = now + kAcceptReport;
    spdlog::error("http: cannot accept connections: {}", problem);
  }

  void Serve(Socket socket) {
    auto connection = std::make_shared<Connection>(std::move(socket), context_);
    Connection* const key = connection.get();
    const bool serve = !context_.draining && served_.size() < context_.options.max_connections;
    ConnectionSet* const set = serve ? &served_ : &turned_away_;
    set->Add(connection);
    context_.metrics.accepted.Increment();
    try {
      const asio::any_io_executor executor = connection->executor();
      asio::co_spawn(
          executor,
          [connection, serve] { return serve ? connection->Run() : connection->TurnAway(); },
          [set, key](std::exception_ptr) { set->Remove(key); });
    } catch (...) {
      set->Remove(key);
      throw;
    }
  }

  void RunThread() {
    for (;;) {
      try {
        io_.run();
        return;
      } catch (const std::exception& e) {
        // Thrown by a callback of OnDisconnect: everything else catches what it throws.
        spdlog::error("http: a callback threw: {}", e.what());
      }
    }
  }

  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  asio::any_io_executor strand_{asio::make_strand(io_)};
  Acceptor acceptor_{strand_};
  std::optional<UnixSocket> unix_socket_;
  asio::steady_timer pause_{strand_};
  std::chrono::steady_clock::time_point next_accept_report_{};
  uint16_t port_ = 0;
  ConnectionContext context_;
  ConnectionSet served_{context_.metrics.open};
  ConnectionSet turned_away_{context_.metrics.open};
  bool closing_ = false;  // Used on strand_ only.
  std::promise<void> accept_ended_;
  std::mutex shutdown_mutex_;
  std::vector<std::jthread> threads_;  // Guarded by shutdown_mutex_ once started.
};

StatusOr<std::unique_ptr<Server>> Server::Listen(ServerOptions options, Handler handler) {
  if (options.threads < 1 || options.max_connections < 1 || !handler) {
    return absl::InvalidArgumentError("an HTTP server needs a thread, a connection and a handler");
  }
  try {
    auto listener = std::make_unique<Listener>(std::move(options), std::move(handler));
    RETURN_IF_ERROR(listener->Open());
    listener->Start();
    return std::unique_ptr<Server>(new Server(std::move(listener)));
  } catch (const std::exception& e) {
    return absl::UnavailableError(fmt::format("cannot start an HTTP server: {}", e.what()));
  }
}

Server::Server(std::unique_ptr<Listener> listener) : listener_(std::move(listener)) {}
Server::~Server() { Shutdown(absl::ZeroDuration()); }

uint16_t Server::port() const { return listener_->port(); }
size_t Server::connections() const { return listener_->connections(); }
void Server::Shutdown(absl::Duration grace) { listener_->Shutdown(grace); }

}  // namespace rookery::http
