#include "libs/transcode/response_printer.h"

#include "libs/transcode/json_printer.h"

namespace rookery::transcode {

std::string PrintResponse(const Route& route, const google::protobuf::Message& response) {
  if (route.response_field == nullptr) return PrintJson(response);
  return PrintJson(response.GetReflection()->GetMessage(response, route.response_field));
}

}  // namespace rookery::transcode
