// Turns single values of a request (a JSON token, a query parameter, a part of a path) into the
// value of a field, with MLflow's rules of what counts as a number.
#pragma once

#include <google/protobuf/message.h>

#include <string_view>

#include "libs/base/status.h"
#include "libs/transcode/field_path.h"

namespace rookery::transcode {

// Where a value goes. A repeated field gets one more element, any other field is set.
struct FieldTarget {
  google::protobuf::Message* message;
  // The message's: it costs more to ask for than a number costs to set.
  const google::protobuf::Reflection* reflection;
  const google::protobuf::FieldDescriptor* field;
  const FieldPath& path;
};

// The functions below answer INVALID_ARGUMENT, with MLflow's text, if the field does not take the
// value.

// Text. String fields take it as it is; integers take decimal digits with an optional sign; doubles
// take numbers, "nan", "inf" and "infinity" in any case with blanks around, and overflow to
// infinity; enums take names and numbers; bytes take base64 (both alphabets, padding optional).
Status StoreText(const FieldTarget& target, std::string_view text);

// A JSON number. Integers take integral floats within their range; enums take numbers that they
// know.
Status StoreNumber(const FieldTarget& target, std::string_view digits);

Status StoreBool(const FieldTarget& target, bool value);

}  // namespace rookery::transcode
