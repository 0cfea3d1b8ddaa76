// What an RPC answered, as the body of an HTTP answer.
#pragma once

#include <google/protobuf/message.h>

#include <string>

#include "libs/transcode/route.h"

namespace rookery::transcode {

// JSON of `response`, a message of route.rpc's output type, or of the field of it that the route
// says is the body.
std::string PrintResponse(const Route& route, const google::protobuf::Message& response);

}  // namespace rookery::transcode
