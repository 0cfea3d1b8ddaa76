#include "libs/http/response_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/beast/http/status.hpp>

namespace rookery::http {
namespace {

bool IsTokenChar(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}

bool IsValueChar(char c) {
  return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != '\x7f');
}

}  // namespace

Status CheckResponseHead(int status, const Headers& headers) {
  if (status < 200 || status > 599) {
    return absl::InvalidArgumentError(fmt::format("{} is not a status to answer with", status));
  }
  for (const auto& [name, value] : headers) {
    if (name.empty() || !std::all_of(name.begin(), name.end(), IsTokenChar)) {
      return absl::InvalidArgumentError("a response header's name is not a token");
    }
    if (!std::all_of(value.begin(), value.end(), IsValueChar)) {
      return absl::InvalidArgumentError(
          fmt::format("the response header {} holds a control character", name));
    }
    for (const char* own : {"Content-Length", "Transfer-Encoding", "Connection"}) {
      if (EqualsIgnoreCase(name, own)) {
        return absl::InvalidArgumentError(fmt::format("{} is set by the server alone", own));
      }
    }
  }
  return absl::OkStatus();
}

void AppendField(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

std::string StatusAndFields(int status, const Headers& headers) {
  const auto known = boost::beast::http::int_to_status(status);
  const auto reason = known == boost::beast::http::status::unknown
                          ? boost::beast::string_view()
                          : boost::beast::http::obsolete_reason(known);
  std::string out =
      fmt::format("HTTP/1.1 {} {}\r\n", status, std::string_view(reason.data(), reason.size()));
  for (const auto& [name, value] : headers) AppendField(out, name, value);
  return out;
}

std::string PlainResponse(int status, std::string_view text, const Headers& extra) {
  std::string out = StatusAndFields(status, extra);
  AppendField(out, "Content-Type", "text/plain; charset=utf-8");
  AppendField(out, "Content-Length", std::to_string(text.size() + 1));
  AppendField(out, "Connection", "close");
  return out.append("\r\n").append(text).append("\n");
}

}  // namespace rookery::http
