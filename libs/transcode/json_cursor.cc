#include "libs/transcode/json_cursor.h"

#include <fmt/format.h>

#include "libs/transcode/json_fault.h"
#include "libs/transcode/json_parser.h"

namespace rookery::transcode {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// The text of a value that is no list and no object. simdjson steps over such a value by itself, so
// that looking at its text is reading it.
std::string_view Token(json::value value) { return TrimJson(value.raw_json_token()); }

}  // namespace

std::string_view TrimJson(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

JsonCursor::JsonCursor(std::string_view text, size_t offset) : text_(text), offset_(offset) {}

Status JsonCursor::Start() {
  const simdjson::error_code error = parser_.iterate(text_).get(document_);
  const std::string_view text(text_.data(), text_.size());
  switch (error) {
    case simdjson::SUCCESS:
      return absl::OkStatus();
    case simdjson::UTF8_ERROR:
      return MalformedJson(offset_ + FirstInvalidUtf8(text), "not valid UTF-8");
    case simdjson::UNCLOSED_STRING:
      return MalformedJson(offset_ + FirstStringFault(text), "a string that does not end");
    case simdjson::UNESCAPED_CHARS:
      return MalformedJson(offset_ + FirstStringFault(text), "a control character in a string");
    case simdjson::MEMALLOC:
      return absl::ResourceExhaustedError("No memory to parse the request body.");
    default:
      return MalformedJson(offset_, simdjson::error_message(error));
  }
}

StatusOr<json::object> JsonCursor::Object() {
  RETURN_IF_ERROR(Start());
  json::object object;
  RETURN_IF_ERROR(Check(document_.get_object().get(object)));
  return object;
}

StatusOr<json::array> JsonCursor::Array() {
  RETURN_IF_ERROR(Start());
  json::array array;
  RETURN_IF_ERROR(Check(document_.get_array().get(array)));
  return array;
}

StatusOr<std::string> JsonCursor::String() {
  RETURN_IF_ERROR(Start());
  std::string_view text;
  const simdjson::error_code error = document_.get_string().get(text);
  if (error != simdjson::SUCCESS) return MalformedJson(offset_, "a string with an invalid escape");
  return std::string(text);
}

Status JsonCursor::CheckEnd() {
  if (document_.current_location().error() == simdjson::OUT_OF_BOUNDS) return absl::OkStatus();
  return MalformedJson(Here(), "text after the end of the value");
}

Status JsonCursor::Check(simdjson::error_code error) {
  if (error == simdjson::SUCCESS) [[likely]]
    return absl::OkStatus();
  switch (error) {
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
      return MalformedJson(offset_ + text_.size(), "an object or a list that does not end");
    case simdjson::TAPE_ERROR:
      return MalformedJson(Here(), "unexpected character");
    default:
      return MalformedJson(Here(), simdjson::error_message(error));
  }
}

Status JsonCursor::CheckDepth(int depth) {
  if (depth <= kMaxJsonDepth) [[likely]]
    return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("The JSON at byte {} is nested deeper than {} levels.", Here(), kMaxJsonDepth));
}

size_t JsonCursor::Here() {
  const char* place;
  if (document_.current_location().get(place) != simdjson::SUCCESS) return offset_ + text_.size();
  return OffsetOf(place);
}

size_t JsonCursor::OffsetOf(const char* place) const {
  return offset_ + static_cast<size_t>(place - text_.data());
}

StatusOr<json::json_type> JsonCursor::TypeOf(json::value value) {
  json::json_type type;
  const simdjson::error_code error = value.type().get(type);
  if (error == simdjson::SUCCESS) [[likely]]
    return type;
  return MalformedJson(OffsetOf(Token(value).data()), "unexpected character");
}

StatusOr<std::string_view> JsonCursor::ReadKey(json::field* member) {
  const char* const begin = member->key().raw() - 1;
  std::string_view key;
  if (member->unescaped_key().get(key) == simdjson::SUCCESS) [[likely]]
    return key;
  return MalformedJson(OffsetOf(begin), "a string with an invalid escape");
}

StatusOr<std::string_view> JsonCursor::ReadString(json::value value) {
  const char* const begin = value.raw_json_token().data();
  std::string_view text;
  if (value.get_string().get(text) == simdjson::SUCCESS) [[likely]]
    return text;
  return MalformedJson(OffsetOf(begin), "a string with an invalid escape");
}

StatusOr<std::string_view> JsonCursor::ReadNumber(json::value value) {
  const std::string_view token = Token(value);
  if (IsJsonNumber(token)) [[likely]]
    return token;
  return MalformedJson(OffsetOf(token.data()), "invalid number");
}

StatusOr<bool> JsonCursor::ReadBool(json::value value) {
  const std::string_view token = Token(value);
  const bool is_true = token.starts_with('t');
  RETURN_IF_ERROR(CheckWord(token, is_true ? "true" : "false"));
  return is_true;
}

Status JsonCursor::ReadNull(json::value value) { return CheckWord(Token(value), "null"); }

Status JsonCursor::CheckWord(std::string_view token, std::string_view word) {
  if (token == word) [[likely]]
    return absl::OkStatus();
  return MalformedJson(OffsetOf(token.data()), "unexpected word");
}

Status JsonCursor::Skip(json::value value, int depth) {
  ASSIGN_OR_RETURN(const json::json_type type, TypeOf(value));
  switch (type) {
    case json::json_type::object:
      return ReadMembers(value, depth + 1, [&](std::string_view, json::value member) {
        return Skip(member, depth + 1);
      });
    case json::json_type::array:
      return ReadElements(value, depth + 1,
                          [&](json::value element) { return Skip(element, depth + 1); });
    case json::json_type::string:
      return ReadString(value).status();
    case json::json_type::number:
      return ReadNumber(value).status();
    case json::json_type::boolean:
      return ReadBool(value).status();
    case json::json_type::null:
      return ReadNull(value);
  }
  return absl::InternalError("simdjson reported a type of value that JSON does not have");
}

StatusOr<std::string_view> JsonCursor::ReadRaw(json::value value, int depth) {
  ASSIGN_OR_RETURN(const json::json_type type, TypeOf(value));
  const std::string_view token = Token(value);
  RETURN_IF_ERROR(Skip(value, depth));
  if (type != json::json_type::object && type != json::json_type::array) return token;
  // Up to the next token, which is the comma or bracket behind the value.
  const char* end = nullptr;
  RETURN_IF_ERROR(Check(document_.current_location().get(end)));
  return TrimJson({token.data(), static_cast<size_t>(end - token.data())});
}

}  // namespace rookery::transcode
