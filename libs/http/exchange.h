// One request and its response, as a handler sees them.
#pragma once

// Boost 1.74's awaitable.hpp uses std::exchange without including it.
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "libs/base/status.h"
#include "libs/http/message.h"

namespace rookery::http {

namespace asio = boost::asio;

// The body of a request, read piece by piece. Not thread-safe: used by the handler's coroutine
// only.
class BodyReader {
 public:
  virtual ~BodyReader() = default;

  // The next piece, at most 256 KiB; empty at the end and ever after. The view is valid until the
  // next call. A client that waits for "100 Continue" gets it with the first call. Errors, which
  // repeat when called again:
  //   RESOURCE_EXHAUSTED  the body is longer than LimitTo allows
  //   INVALID_ARGUMENT    a malformed chunk
  //   DEADLINE_EXCEEDED   nothing came for ServerOptions::body_progress_timeout
  //   CANCELLED           the client went away
  //   UNAVAILABLE         the server is shutting down
  virtual asio::awaitable<StatusOr<std::string_view>> Read() = 0;

  // Makes Read fail once more than `bytes` of the body have come, or at once if Content-Length says
  // so.
  virtual void LimitTo(uint64_t bytes) = 0;

  // The whole (remaining) body, limited to `limit_bytes`. Errors as for Read.
  asio::awaitable<StatusOr<std::string>> ReadAll(uint64_t limit_bytes);
};

// The response of one request: Send, or else Start, Write as often as needed, Finish. For HEAD and
// for the statuses 204 and 304 the body is dropped, so that a handler may answer HEAD as it does
// GET. Not thread-safe: used by the handler's coroutine only.
//
// Errors of all methods:
//   INVALID_ARGUMENT     a status or header that may not be sent; the client got a plain 500
//                        instead
//   FAILED_PRECONDITION  called in the wrong order
//   INTERNAL             the body is not as long as Start promised; the connection is cut
//   DEADLINE_EXCEEDED    the client read nothing for ServerOptions::write_progress_timeout
//   CANCELLED            the client went away
//   UNAVAILABLE          the server is shutting down
class ResponseWriter {
 public:
  virtual ~ResponseWriter() = default;

  // A complete response.
  virtual asio::awaitable<Status> Send(Response response) = 0;

  // Sends the head. Without `content_length` the body is chunked (for HTTP/1.0: ends with the
  // connection).
  virtual asio::awaitable<Status> Start(ResponseHead head,
                                        std::optional<uint64_t> content_length) = 0;
  // Sends a piece of the body. Returns when the kernel has taken it, so that a slow client slows
  // the handler. `data` must live until then. Each call is a system call and a chunk: prefer 16 KiB
  // or more.
  virtual asio::awaitable<Status> Write(std::string_view data) = 0;
  // Ends the body. A handler that returns without it has its connection cut, so that the client can
  // tell.
  virtual asio::awaitable<Status> Finish() = 0;

  // Whether it is too late for another status line.
  virtual bool started() const = 0;
  // Whether all of it was sent.
  virtual bool finished() const = 0;
  // Of the status line; 0 before there is one.
  virtual int status() const = 0;
};

// What a handler gets. Lives until the handler's coroutine ends.
class Exchange {
 public:
  virtual ~Exchange() = default;

  virtual const RequestHead& request() const = 0;
  virtual BodyReader& body() = 0;
  virtual ResponseWriter& response() = 0;

  // Has `callback` called, once, when the client closes its side or the server cuts the connection
  // while the handler is suspended; on the connection's executor, so never beside the handler.
  // Replaces the former callback; {} ends the watch, and so does the handler's return. Seen only
  // when the request's body has been read to its end and the client has not sent a further request
  // already. A client that shuts down only its sending half counts as gone.
  virtual void OnDisconnect(std::function<void()> callback) = 0;
};

// Answers one request. Runs on the connection's executor; the requests of one connection never
// overlap, those of different connections do, so it must be safe to call at once from several
// threads. What it throws becomes a 500 if nothing was sent, otherwise the connection is cut. A
// thread that blocks in it blocks other connections: wait with co_await (see callback.h).
using Handler = std::function<asio::awaitable<void>(Exchange&)>;

}  // namespace rookery::http
