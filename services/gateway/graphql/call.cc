#include "services/gateway/graphql/call.h"

#include <absl/strings/ascii.h>

#include "libs/transcode/json_cursor.h"

namespace rookery::gateway {
namespace {

namespace json = transcode::json;

std::string_view TakeWord(std::string_view* text) {
  while (!text->empty() && absl::ascii_isspace(text->front())) text->remove_prefix(1);
  size_t end = 0;
  while (end < text->size() && (absl::ascii_isalnum((*text)[end]) || (*text)[end] == '_')) ++end;
  const std::string_view word = text->substr(0, end);
  text->remove_prefix(end);
  return word;
}

std::string OperationIn(std::string_view query) {
  const std::string_view kind = TakeWord(&query);
  if (kind != "query" && kind != "mutation") return "";
  return std::string(TakeWord(&query));
}

// The value if it is text; others (null) are stepped over.
Status ReadText(transcode::JsonCursor& cursor, json::value value, std::string* text) {
  ASSIGN_OR_RETURN(const json::json_type type, cursor.TypeOf(value));
  if (type != json::json_type::string) return cursor.Skip(value, 1);
  ASSIGN_OR_RETURN(const std::string_view read, cursor.ReadString(value));
  *text = std::string(read);
  return absl::OkStatus();
}

Status ReadVariables(transcode::JsonCursor& cursor, json::value value, std::string* input) {
  ASSIGN_OR_RETURN(const json::json_type type, cursor.TypeOf(value));
  if (type != json::json_type::object) return cursor.Skip(value, 1);
  bool first = true;
  return cursor.ReadMembers(value, 2, [&](std::string_view, json::value variable) -> Status {
    ASSIGN_OR_RETURN(const std::string_view raw, cursor.ReadRaw(variable, 2));
    if (first) *input = std::string(raw);
    first = false;
    return absl::OkStatus();
  });
}

}  // namespace

StatusOr<GraphqlCall> ReadGraphqlCall(std::string_view body) {
  GraphqlCall call;
  std::string query;
  transcode::JsonCursor cursor(transcode::TrimJson(body), 0);
  ASSIGN_OR_RETURN(const json::object object, cursor.Object());
  RETURN_IF_ERROR(
      cursor.ReadMembers(object, 1, [&](std::string_view key, json::value value) -> Status {
        if (key == "operationName") return ReadText(cursor, value, &call.operation);
        if (key == "query") return ReadText(cursor, value, &query);
        if (key == "variables") return ReadVariables(cursor, value, &call.input);
        return cursor.Skip(value, 1);
      }));
  RETURN_IF_ERROR(cursor.CheckEnd());
  if (call.operation.empty()) call.operation = OperationIn(query);
  if (call.operation.empty()) {
    return absl::InvalidArgumentError(
        "The request names no operation. Send {\"operationName\": ..., \"query\": ..., "
        "\"variables\": ...}.");
  }
  return call;
}

}  // namespace rookery::gateway
