#include "libs/http/request_parser.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <limits>

namespace rookery::http {
namespace {

namespace beast_http = boost::beast::http;
using boost::beast::error_code;

std::string ToString(boost::beast::string_view text) { return {text.data(), text.size()}; }

// Fills in path and query from the target; false if it is of no form that names a resource here.
bool SplitTarget(RequestHead& head) {
  std::string_view rest = head.target;
  if (rest.find('#') != rest.npos) return false;
  // The absolute form, which servers must accept though only clients of proxies send it.
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!EqualsIgnoreCase(rest.substr(0, scheme.size()), scheme)) continue;
    rest.remove_prefix(std::min(rest.size(), rest.find_first_of("/?", scheme.size())));
    if (!rest.starts_with('/')) {
      head.path = "/";
      if (rest.starts_with('?')) head.query = rest.substr(1);
      return true;
    }
    break;
  }
  if (!rest.starts_with('/') && rest != "*") return false;
  const size_t mark = rest.find('?');
  head.path = rest.substr(0, mark);
  if (mark != rest.npos) head.query = rest.substr(mark + 1);
  return true;
}

}  // namespace

class RequestParser::Beast final : public beast_http::basic_parser<true> {
 public:
  RequestHead head;
  std::string_view piece;

 private:
  using View = boost::beast::string_view;

  void on_request_impl(beast_http::verb, View method, View target, int version,
                       error_code&) override {
    head.method = ToString(method);
    head.target = ToString(target);
    head.http_1_0 = version == 10;
  }
  void on_response_impl(int, View, int, error_code&) override {}
  void on_field_impl(beast_http::field, View name, View value, error_code&) override {
    // Trailers could add or change header fields after the handler has looked at them.
    if (!is_header_done()) head.headers.Add(ToString(name), ToString(value));
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<uint64_t>&, error_code&) override {}
  size_t on_body_impl(View body, error_code&) override {
    piece = {body.data(), body.size()};
    return body.size();
  }
  void on_chunk_header_impl(uint64_t, View, error_code&) override {}
  size_t on_chunk_body_impl(uint64_t, View body, error_code&) override {
    piece = {body.data(), body.size()};
    return body.size();
  }
  void on_finish_impl(error_code&) override {}
};

RequestParser::RequestParser(uint32_t header_limit_bytes)
    : header_limit_bytes_(header_limit_bytes), beast_(std::make_unique<Beast>()) {
  beast_->header_limit(header_limit_bytes);
  // BodyReader::LimitTo is the limit. (boost::none would refuse every Content-Length in
  // Boost 1.74.)
  beast_->body_limit(std::numeric_limits<uint64_t>::max());
}

RequestParser::~RequestParser() = default;

bool RequestParser::has_head() const { return beast_->is_header_done(); }
bool RequestParser::done() const { return beast_->is_done(); }
RequestHead& RequestParser::head() { return beast_->head; }

Status RequestParser::Refuse(int http_status, std::string_view message) {
  error_status_ = http_status;
  return absl::InvalidArgumentError({message.data(), message.size()});
}

StatusOr<size_t> RequestParser::TakeHead(std::string_view in) {
  size_t taken = 0;
  // Some old clients send an empty line after a body; RFC 9112 asks to skip it.
  while (!started_ && in.substr(taken).starts_with("\r\n")) taken += 2;
  const std::string_view rest = in.substr(taken);
  if (!rest.empty() && rest != "\r") {
    started_ = true;
    error_code ec;
    taken += beast_->put(boost::asio::buffer(rest.data(), rest.size()), ec);
    if (ec == beast_http::error::header_limit) return Refuse(431, "the header is too large");
    if (ec == beast_http::error::bad_version)
      return Refuse(505, "only HTTP/1.0 and 1.1 are served");
    if (ec && ec != beast_http::error::need_more) {
      return Refuse(400, "malformed request: " + ec.message());
    }
  }
  head_bytes_ += taken;
  const size_t seen = has_head() ? head_bytes_ : head_bytes_ + in.size() - taken;
  if (seen > header_limit_bytes_) return Refuse(431, "the header is too large");
  if (has_head()) {
    if (Status status = CheckHead(); !status.ok()) return status;
  }
  return taken;
}

Status RequestParser::CheckHead() {
  RequestHead& head = beast_->head;
  if (!SplitTarget(head)) return Refuse(400, "malformed request target");
  head.keep_alive = beast_->keep_alive();
  head.chunked = beast_->chunked();
  if (const auto length = beast_->content_length()) head.content_length = *length;

  const size_t lengths = head.headers.Count("Content-Length");
  const size_t encodings = head.headers.Count("Transfer-Encoding");
  if (lengths > 1 ||
      (lengths == 1 && head.headers.Find("Content-Length")->find(',') != std::string_view::npos)) {
    return Refuse(400, "more than one Content-Length");
  }
  if (encodings > 1) return Refuse(400, "more than one Transfer-Encoding");
  if (encodings == 1) {
    if (lengths == 1) return Refuse(400, "both Content-Length and Transfer-Encoding");
    if (head.http_1_0) return Refuse(400, "Transfer-Encoding in an HTTP/1.0 request");
    if (!EqualsIgnoreCase(*head.headers.Find("Transfer-Encoding"), "chunked")) {
      return Refuse(501, "the only Transfer-Encoding served is chunked");
    }
  }
  const size_t hosts = head.headers.Count("Host");
  if (hosts > 1) return Refuse(400, "more than one Host");
  if (hosts == 0 && !head.http_1_0) return Refuse(400, "no Host");
  return absl::OkStatus();
}

StatusOr<size_t> RequestParser::TakeBody(std::string_view in, std::string_view* piece) {
  *piece = {};
  if (in.empty()) return size_t{0};
  beast_->piece = {};
  error_code ec;
  const size_t taken = beast_->put(boost::asio::buffer(in.data(), in.size()), ec);
  if (ec == beast_http::error::need_more) {
    // A chunk's framing is small; without a limit its extensions or trailer could fill the buffer.
    if (in.size() > header_limit_bytes_)
      return Refuse(400, "malformed body: a chunk's framing is too large");
    return taken;
  }
  if (ec) return Refuse(400, "malformed body: " + ec.message());
  *piece = beast_->piece;
  return taken;
}

}  // namespace rookery::http
