// Where in a request a value stands, and the errors that say so in MLflow's words.
#pragma once

#include <google/protobuf/descriptor.h>

#include <string>
#include <string_view>

#include "libs/base/status.h"

namespace rookery::transcode {

// A chain of fields from the request down to a value. Lives on the stack beside the recursion that
// it describes, so that nothing is composed unless there is an error.
struct FieldPath {
  const FieldPath* parent = nullptr;
  const google::protobuf::FieldDescriptor* field = nullptr;
  // The element of a repeated field, or kNone.
  int index = kNone;

  static constexpr int kNone = -1;

  // For example `metrics[0].timestamp`.
  std::string ToString() const;
};

// INVALID_ARGUMENT in the words that MLflow's server uses for a value of the wrong type. `json` is
// the value as it was sent, cut if it is long; `python_type` is one of int, float, str, bool, list,
// dict, NoneType.
Status WrongType(const FieldPath& path, std::string_view json, std::string_view python_type);

// "int" or "float", as Python's JSON reader takes a number written so.
std::string_view PythonTypeOfNumber(std::string_view digits);

// INVALID_ARGUMENT: the value has a right type but `hint` says what is wrong with it.
Status InvalidValue(const FieldPath& path, std::string_view json, std::string_view hint);

// `text` as a JSON string, for the functions above.
std::string Quoted(std::string_view text);

}  // namespace rookery::transcode
