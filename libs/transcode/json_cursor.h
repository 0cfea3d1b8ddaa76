// simdjson's on-demand parser, made strict: whatever was walked over was valid JSON.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "libs/base/status.h"

namespace rookery::transcode {

namespace json = ::simdjson::ondemand;

// `text` without JSON's blanks at both ends.
std::string_view TrimJson(std::string_view text);

// Walks one JSON text, once, in its order. On-demand parsing checks only what it is asked for, so
// the caller reads or skips every value. Numbers are handed out as text, since simdjson's own
// conversion refuses what does not fit 64 bits.
//
// All errors are INVALID_ARGUMENT "Malformed JSON at byte N: ..."; after one the cursor is of no
// more use. Views and values live as long as the cursor. Not thread-safe.
class JsonCursor {
 public:
  // Copies `text`, which begins with no blank. `offset` is where it begins in what the client sent.
  JsonCursor(std::string_view text, size_t offset);
  JsonCursor(const JsonCursor&) = delete;
  JsonCursor& operator=(const JsonCursor&) = delete;

  // The whole text as an object, an array or a string; then CheckEnd, when it has been read.
  StatusOr<json::object> Object();
  StatusOr<json::array> Array();
  StatusOr<std::string> String();
  Status CheckEnd();

  // Calls `read(std::string_view key, json::value)` for each member, until it returns an error.
  // `depth` is how deep the object stands; beyond kMaxJsonDepth is an error.
  template <typename Read>
  Status ReadMembers(json::object object, int depth, Read read);
  template <typename Read>
  Status ReadMembers(json::value object, int depth, Read read);
  // Calls `read(json::value)` for each element.
  template <typename Read>
  Status ReadElements(json::array array, int depth, Read read);
  template <typename Read>
  Status ReadElements(json::value array, int depth, Read read);

  StatusOr<json::json_type> TypeOf(json::value value);
  // Each for a value of that type.
  StatusOr<std::string_view> ReadString(json::value value);
  StatusOr<std::string_view> ReadNumber(json::value value);
  StatusOr<bool> ReadBool(json::value value);
  Status ReadNull(json::value value);

  // Steps over a value of any type. `depth` is how deep what holds it stands.
  Status Skip(json::value value, int depth);
  // The text of a value of any type, stepped over.
  StatusOr<std::string_view> ReadRaw(json::value value, int depth);

 private:
  Status Start();
  Status Check(simdjson::error_code error);
  Status CheckDepth(int depth);
  StatusOr<std::string_view> ReadKey(json::field* member);
  Status CheckWord(std::string_view token, std::string_view word);
  size_t Here();
  size_t OffsetOf(const char* place) const;

  simdjson::padded_string text_;
  size_t offset_;
  json::parser parser_;
  json::document document_;
};

template <typename Read>
Status JsonCursor::ReadMembers(json::object object, int depth, Read read) {
  RETURN_IF_ERROR(CheckDepth(depth));
  for (auto entry : object) {
    json::field member;
    RETURN_IF_ERROR(Check(std::move(entry).get(member)));
    ASSIGN_OR_RETURN(const std::string_view key, ReadKey(&member));
    RETURN_IF_ERROR(read(key, member.value()));
  }
  return absl::OkStatus();
}

template <typename Read>
Status JsonCursor::ReadMembers(json::value object, int depth, Read read) {
  json::object members;
  RETURN_IF_ERROR(Check(object.get_object().get(members)));
  return ReadMembers(members, depth, std::move(read));
}

template <typename Read>
Status JsonCursor::ReadElements(json::array array, int depth, Read read) {
  RETURN_IF_ERROR(CheckDepth(depth));
  for (auto entry : array) {
    json::value element;
    RETURN_IF_ERROR(Check(std::move(entry).get(element)));
    RETURN_IF_ERROR(read(element));
  }
  return absl::OkStatus();
}

template <typename Read>
Status JsonCursor::ReadElements(json::value array, int depth, Read read) {
  json::array elements;
  RETURN_IF_ERROR(Check(array.get_array().get(elements)));
  return ReadElements(elements, depth, std::move(read));
}

}  // namespace rookery::transcode
