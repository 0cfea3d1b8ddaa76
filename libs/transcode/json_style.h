// Which messages are written as Azure writes JSON.
#pragma once

#include <google/protobuf/descriptor.h>
#include <rookery/options/v1/json_style.pb.h>

namespace rookery::transcode {

// By the option of the file that has the message; see rookery/options/v1/json_style.proto.
inline bool IsAzure(const google::protobuf::Descriptor& type) {
  return type.file()->options().GetExtension(options::v1::json_style) ==
         options::v1::JSON_STYLE_AZURE;
}

}  // namespace rookery::transcode
