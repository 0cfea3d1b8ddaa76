// Which messages have a JSON form of their own.
#pragma once

#include <google/protobuf/descriptor.h>

#include <string_view>

namespace rookery::transcode {

// Whether protobuf's JSON mapping, and not the list of its fields, says how the type is written:
// google.protobuf.Timestamp, Duration, Struct, Value, the wrappers and so on.
inline bool IsWellKnown(const google::protobuf::Descriptor& type) {
  return std::string_view(type.full_name()).starts_with("google.protobuf.");
}

// Whether JSON's `null` is a value of the type.
inline bool HoldsNull(const google::protobuf::Descriptor& type) {
  return type.full_name() == "google.protobuf.Value";
}

}  // namespace rookery::transcode
