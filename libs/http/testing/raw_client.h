// A client of raw bytes, for tests of what no decent HTTP client would send.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libs/base/status.h"
#include "libs/http/headers.h"
#include "libs/tls/session.h"

namespace rookery::http::testing {

struct ReceivedResponse {
  int status = 0;
  Headers headers;
  std::string body;  // Without chunk framing.
};

// One blocking connection to 127.0.0.1. Every wait ends after ten seconds with DEADLINE_EXCEEDED; a
// reset is CANCELLED. Not thread-safe, but may be handed to another thread.
class RawClient {
 public:
  // With `tls` the bytes go over TLS, which is agreed on when the first are sent or awaited, to a
  // server that must be localhost.
  static StatusOr<RawClient> Connect(uint16_t port, const tls::ContextPtr& tls = nullptr);
  RawClient(RawClient&& other) noexcept;
  RawClient& operator=(RawClient&&) = delete;
  ~RawClient();

  Status Send(std::string_view bytes);
  // No more will be sent; the server's bytes can still be read.
  void EndSending();
  // Closes with a reset.
  void Reset();

  // The next response. `to_head`: it answers HEAD, so has no body. OUT_OF_RANGE: the server closed
  // before its first byte; DATA_LOSS: it closed in the middle; INVALID_ARGUMENT: it is malformed.
  StatusOr<ReceivedResponse> ReadResponse(bool to_head = false);
  // Status line, fields and empty line of the next response; its body is left to ReadBytes.
  StatusOr<std::string> ReadHead();
  // Between 1 and `most` further bytes; none when the server has closed.
  StatusOr<std::string> ReadBytes(size_t most);
  // Everything until the server closes.
  StatusOr<std::string> ReadAll();
  // Whether the server closes (or resets) without sending anything more.
  bool IsClosedByServer();

  // Whether anything comes, or the server closes, within `patience`. Nothing is taken.
  bool IsAnsweredWithin(absl::Duration patience);

  // Sends `request` and reads the response.
  StatusOr<ReceivedResponse> Roundtrip(std::string_view request);

 private:
  explicit RawClient(int fd) : fd_(fd) {}
  Status Handshake();
  // Waits for what `outcome` wants; OK if it is done, or to be tried again.
  Status Await(const tls::Outcome& outcome);
  StatusOr<size_t> SendSome(std::string_view bytes);
  StatusOr<bool> Receive(size_t most);  // False at the end.
  StatusOr<std::string> Take(size_t bytes);
  StatusOr<std::string> TakeLine();
  StatusOr<std::string> TakeChunks();

  int fd_;
  std::unique_ptr<tls::Session> tls_;
  std::string buffer_;  // Received, not yet returned.
};

}  // namespace rookery::http::testing
