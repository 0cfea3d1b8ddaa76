// HTTP/1.x requests out of bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "libs/base/status.h"
#include "libs/http/message.h"

namespace rookery::http {

// Parses one request, given its bytes bit by bit. Knows no socket. Hides Beast's parser and refuses
// what that lets pass and what may be read differently by two servers in a row (request smuggling).
class RequestParser {
 public:
  explicit RequestParser(uint32_t header_limit_bytes);
  ~RequestParser();

  // Takes bytes of the head from the front of `in`; returns how many. The rest must come again,
  // with more. An error is final; error_status() then says which HTTP status to answer.
  StatusOr<size_t> TakeHead(std::string_view in);
  bool has_head() const;
  RequestHead& head();
  int error_status() const { return error_status_; }

  // Takes bytes of the body or of its framing from the front of `in`. If `*piece` is not empty it
  // is body and all that was taken. 0 bytes taken: more must come first. Only while !done().
  StatusOr<size_t> TakeBody(std::string_view in, std::string_view* piece);
  // Whether the request, body included, is complete.
  bool done() const;

 private:
  class Beast;

  Status Refuse(int http_status, std::string_view message);
  Status CheckHead();

  const uint32_t header_limit_bytes_;
  uint32_t head_bytes_ = 0;
  bool started_ = false;
  int error_status_ = 400;
  std::unique_ptr<Beast> beast_;
};

}  // namespace rookery::http
