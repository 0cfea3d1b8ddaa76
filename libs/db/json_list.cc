#include "libs/db/json_list.h"

#include <fmt/format.h>

#include <iterator>

namespace rookery::db {
namespace {

void AppendString(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<int>(c));
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

}  // namespace

std::string JsonList(const TextList& texts) {
  std::string out = "[";
  for (const std::string& text : texts) {
    if (out.size() > 1) out.push_back(',');
    AppendString(out, text);
  }
  out.push_back(']');
  return out;
}

std::string JsonList(const IntList& numbers) {
  return fmt::format("[{}]", fmt::join(numbers, ","));
}

}  // namespace rookery::db
