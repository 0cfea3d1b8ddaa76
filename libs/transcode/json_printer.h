// Protobuf messages as the JSON that MLflow's clients read.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

#include "libs/base/status.h"

namespace rookery::transcode {

// Appends a message of `type`, which is compiled into the program, as one line of JSON. `wire` is
// the message in protobuf's binary form, in which it comes from a service: a page of a thousand
// runs need not be taken apart into a hundred thousand objects to be printed. INTERNAL: it is none.
//
// A field is printed exactly when it is present: fields with presence when set, zero and empty
// included; repeated fields and maps when not empty; fields without presence when not the default.
// Names are those of the .proto file. In files that say JSON_STYLE_AZURE
// (rookery/options/v1/json_style.proto) they are the JSON names, and repeated fields and maps are
// there when empty too. Integers of all sizes are JSON numbers, enums are names (numbers if
// unknown), bytes are base64; see json_text.h for doubles. Messages of google.protobuf (Timestamp,
// Struct, ...) take the form that protobuf's JSON mapping gives them.
//
// Strings must be valid UTF-8, as those of our services are. Groups of proto2 are not printed.
// Thread-safe.
Status AppendJson(const google::protobuf::Descriptor& type, std::string_view wire,
                  std::string* out);

// The same of a message that is taken apart already.
void AppendJson(const google::protobuf::Message& message, std::string* out);
std::string PrintJson(const google::protobuf::Message& message);

}  // namespace rookery::transcode
