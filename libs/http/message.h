// What a request says before its body, and what a response says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "libs/http/headers.h"

namespace rookery::http {

inline constexpr char kUnixPeer[] = "unix";

struct RequestHead {
  std::string method;  // As sent; methods are case-sensitive.
  std::string
      target;         // As sent: "/a%20b?c=d", or "http://host/a%20b?c=d" from a client of a proxy.
  std::string path;   // The target's path, not decoded: "/a%20b".
  std::string query;  // What follows the first '?', not decoded: "c=d".
  Headers headers;
  // The peer's IP address without port; kUnixPeer for one on this machine that came by a Unix
  // socket.
  std::string remote_address;
  bool http_1_0 = false;
  bool keep_alive = true;                  // What the client wants done with the connection.
  std::optional<uint64_t> content_length;  // Unset: no body, or a chunked one.
  bool chunked = false;
};

// Both have constructors because g++ 12 copies aggregates bit by bit, which breaks their strings,
// when they are temporaries in a co_await expression.
struct ResponseHead {
  explicit ResponseHead(int status = 200) : status(status) {}

  int status;  // 200 to 599.
  // Content-Length, Transfer-Encoding and Connection are the writer's own: naming them is an error.
  Headers headers;
  bool close = false;  // Close the connection after this response.
};

struct Response : ResponseHead {
  explicit Response(int status = 200, std::string body = {})
      : ResponseHead(status), body(std::move(body)) {}

  std::string body;
};

}  // namespace rookery::http
