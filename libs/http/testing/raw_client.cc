#include "libs/http/testing/raw_client.h"

#include <absl/time/clock.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace rookery::http::testing {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(10);

Status FromErrno(std::string_view what) {
  return absl::CancelledError(fmt::format("{}: {}", what, std::strerror(errno)));
}

Status WaitFor(int fd, short events, absl::Duration patience = kPatience) {
  pollfd wait{.fd = fd, .events = events, .revents = 0};
  if (poll(&wait, 1, static_cast<int>(absl::ToInt64Milliseconds(patience))) > 0)
    return absl::OkStatus();
  return absl::DeadlineExceededError("nothing happened on the connection in time");
}

}  // namespace

StatusOr<RawClient> RawClient::Connect(uint16_t port, const tls::ContextPtr& tls) {
  RawClient client(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (client.fd_ < 0) return FromErrno("socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(client.fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    return FromErrno("connect");
  }
  const int on = 1;
  setsockopt(client.fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (tls) {
    if (fcntl(client.fd_, F_SETFL, O_NONBLOCK) != 0) return FromErrno("fcntl");
    client.tls_ = tls::Session::Connect(tls, client.fd_, "localhost");
    if (client.tls_ == nullptr) return absl::InternalError("no TLS session");
  }
  return client;
}

RawClient::RawClient(RawClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      tls_(std::move(other.tls_)),
      buffer_(std::move(other.buffer_)) {}

RawClient::~RawClient() {
  if (tls_) tls_->SayEnd();
  tls_.reset();
  if (fd_ >= 0) close(fd_);
}

Status RawClient::Handshake() {
  while (tls_ && !tls_->established()) RETURN_IF_ERROR(Await(tls_->Handshake()));
  return absl::OkStatus();
}

Status RawClient::Await(const tls::Outcome& outcome) {
  switch (outcome.progress) {
    case tls::Progress::kDone:
      return absl::OkStatus();
    case tls::Progress::kWantsRead:
      return WaitFor(fd_, POLLIN);
    case tls::Progress::kWantsWrite:
      return WaitFor(fd_, POLLOUT);
    case tls::Progress::kEnd:
      return absl::OutOfRangeError("the server closed");
    case tls::Progress::kFailed:
      break;
  }
  return absl::CancelledError("TLS: " + tls_->error());
}

StatusOr<size_t> RawClient::SendSome(std::string_view bytes) {
  if (tls_) {
    const tls::Outcome outcome = tls_->Write(bytes);
    RETURN_IF_ERROR(Await(outcome));
    return outcome.bytes;
  }
  RETURN_IF_ERROR(WaitFor(fd_, POLLOUT));
  const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0 && errno != EAGAIN) return FromErrno("send");
  return static_cast<size_t>(std::max<ssize_t>(sent, 0));
}

Status RawClient::Send(std::string_view bytes) {
  RETURN_IF_ERROR(Handshake());
  while (!bytes.empty()) {
    ASSIGN_OR_RETURN(const size_t sent, SendSome(bytes));
    bytes.remove_prefix(sent);
  }
  return absl::OkStatus();
}

void RawClient::EndSending() {
  if (tls_) tls_->SayEnd();
  shutdown(fd_, SHUT_WR);
}

void RawClient::Reset() {
  const linger now{.l_onoff = 1, .l_linger = 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  tls_.reset();
  close(std::exchange(fd_, -1));
}

StatusOr<bool> RawClient::Receive(size_t most) {
  RETURN_IF_ERROR(Handshake());
  const size_t before = buffer_.size();
  if (tls_) {
    buffer_.resize(before + most);
    tls::Outcome outcome;
    Status status;
    do {
      outcome = tls_->Read(buffer_.data() + before, most);
      status = Await(outcome);
    } while (status.ok() && outcome.progress != tls::Progress::kDone);
    buffer_.resize(before + outcome.bytes);
    if (outcome.progress == tls::Progress::kEnd) return false;
    RETURN_IF_ERROR(status);
    return true;
  }
  RETURN_IF_ERROR(WaitFor(fd_, POLLIN));
  buffer_.resize(before + most);
  const ssize_t got = recv(fd_, buffer_.data() + before, most, 0);
  const int error = errno;
  buffer_.resize(before + std::max<ssize_t>(got, 0));
  errno = error;
  if (got < 0) return FromErrno("recv");
  return got > 0;
}

StatusOr<std::string> RawClient::Take(size_t bytes) {
  while (buffer_.size() < bytes) {
    ASSIGN_OR_RETURN(const bool more, Receive(64 * 1024));
    if (!more) return absl::DataLossError("the server closed in the middle of a response");
  }
  if (buffer_.size() == bytes) return std::exchange(buffer_, {});
  std::string taken = buffer_.substr(0, bytes);
  buffer_.erase(0, bytes);
  return taken;
}

StatusOr<std::string> RawClient::TakeLine() {
  size_t end;
  while ((end = buffer_.find("\r\n")) == std::string::npos) {
    ASSIGN_OR_RETURN(const bool more, Receive(64 * 1024));
    if (!more) return absl::DataLossError("the server closed in the middle of a line");
  }
  ASSIGN_OR_RETURN(std::string line, Take(end + 2));
  line.resize(end);
  return line;
}

StatusOr<std::string> RawClient::TakeChunks() {
  std::string body;
  for (;;) {
    ASSIGN_OR_RETURN(const std::string size_line, TakeLine());
    const size_t size = std::stoul(size_line, nullptr, 16);
    ASSIGN_OR_RETURN(std::string data, Take(size));
    ASSIGN_OR_RETURN(const std::string end, TakeLine());
    if (!end.empty()) return absl::InvalidArgumentError("a chunk is longer than its size");
    if (size == 0) return body;
    body += data;
  }
}

StatusOr<std::string> RawClient::ReadHead() {
  if (buffer_.empty()) {
    ASSIGN_OR_RETURN(const bool more, Receive(64 * 1024));
    if (!more) return absl::OutOfRangeError("the server closed");
  }
  std::string head;
  for (;;) {
    ASSIGN_OR_RETURN(const std::string line, TakeLine());
    head += line + "\r\n";
    if (line.empty()) return head;
  }
}

StatusOr<ReceivedResponse> RawClient::ReadResponse(bool to_head) {
  ASSIGN_OR_RETURN(const std::string head, ReadHead());
  ReceivedResponse response;
  if (!head.starts_with("HTTP/1.1 ") || head.size() < 12) {
    return absl::InvalidArgumentError("no status line: " + head);
  }
  response.status = std::stoi(head.substr(9, 3));
  for (size_t at = head.find("\r\n") + 2; at < head.size() - 2;) {
    const size_t end = head.find("\r\n", at);
    const std::string line = head.substr(at, end - at);
    const size_t colon = line.find(": ");
    if (colon == std::string::npos) return absl::InvalidArgumentError("no field: " + line);
    response.headers.Add(line.substr(0, colon), line.substr(colon + 2));
    at = end + 2;
  }
  if (to_head || response.status < 200 || response.status == 204 || response.status == 304) {
    return response;
  }
  if (const auto length = response.headers.Find("Content-Length")) {
    ASSIGN_OR_RETURN(response.body, Take(std::stoul(std::string(*length))));
  } else if (response.headers.Find("Transfer-Encoding") == "chunked") {
    ASSIGN_OR_RETURN(response.body, TakeChunks());
  } else {
    ASSIGN_OR_RETURN(response.body, ReadAll());
  }
  return response;
}

StatusOr<std::string> RawClient::ReadBytes(size_t most) {
  if (buffer_.empty()) RETURN_IF_ERROR(Receive(most).status());
  return Take(std::min(most, buffer_.size()));
}

StatusOr<std::string> RawClient::ReadAll() {
  for (;;) {
    ASSIGN_OR_RETURN(const bool more, Receive(64 * 1024));
    if (!more) return std::exchange(buffer_, {});
  }
}

bool RawClient::IsClosedByServer() {
  if (!buffer_.empty()) return false;
  const StatusOr<bool> more = Receive(1);
  return more.ok() ? !*more : absl::IsCancelled(more.status());
}

bool RawClient::IsAnsweredWithin(absl::Duration patience) {
  if (!buffer_.empty()) return true;
  const absl::Time end = absl::Now() + patience;
  while (WaitFor(fd_, POLLIN, std::max(end - absl::Now(), absl::ZeroDuration())).ok()) {
    if (!tls_ || !Handshake().ok()) return true;
    // Some of what comes is TLS's own.
    if (tls_->Peek().progress != tls::Progress::kWantsRead) return true;
  }
  return false;
}

StatusOr<ReceivedResponse> RawClient::Roundtrip(std::string_view request) {
  RETURN_IF_ERROR(Send(request));
  return ReadResponse();
}

}  // namespace rookery::http::testing
