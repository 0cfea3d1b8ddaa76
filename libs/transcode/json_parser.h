// JSON request bodies into protobuf messages, by MLflow's rules.
#pragma once

#include <google/protobuf/message.h>

#include <string_view>

#include "libs/base/status.h"

namespace rookery::transcode {

// How deep objects and lists may nest, fields that nobody knows included.
inline constexpr int kMaxJsonDepth = 100;

// Reads `body` into `message`, which is usually empty; a field that the body names is replaced.
//
// The body is a JSON object, or (older clients) a JSON string that holds one. Blank and `null`
// count as
// `{}`; a byte order mark is skipped. Fields go by the name in the .proto file or by its camelCase
// form, unknown ones are ignored, and of repeated keys the last wins. `null` means absent. See
// field_value.h for which value fits which field.
//
// INVALID_ARGUMENT: malformed JSON, anywhere ("Malformed JSON at byte 17: ..."); a value that its
// field does not take, in MLflow's words ("Invalid value 2 for parameter 'tags[0].key' supplied:
// ..."); nesting beyond kMaxJsonDepth. `message` is then half-filled: throw it away.
//
// Memory: about eight times the size of the body while it runs. Thread-safe.
Status ParseJson(std::string_view body, google::protobuf::Message* message);

// The same for a body that is an array, whose elements `field`, a list of messages in `message`,
// takes. Blank counts as an empty one.
Status ParseJsonList(std::string_view body, const google::protobuf::FieldDescriptor& field,
                     google::protobuf::Message* message);

}  // namespace rookery::transcode
