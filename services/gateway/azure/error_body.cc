#include "services/gateway/azure/error_body.h"

#include "libs/transcode/json_text.h"

namespace rookery::gateway {
namespace {

// Azure's word for who has to do something about it.
const char* CodeOf(int http_status) {
  if (http_status == 429 || http_status == 503) return "TransientError";
  return http_status < 500 ? "UserError" : "ServiceError";
}

}  // namespace

std::string AzureErrorBody(const transcode::ErrorReply& reply, const std::string& request_id) {
  std::string body = reply.body;
  body.pop_back();
  body += R"(,"error":{"code":)";
  transcode::AppendJsonString(CodeOf(reply.http_status), &body);
  body += R"(,"message":)";
  transcode::AppendJsonString(reply.message, &body);
  body += R"(},"correlation":{"RequestId":)";
  transcode::AppendJsonString(request_id, &body);
  body += R"(},"componentName":"rookery","statusCode":)";
  body += std::to_string(reply.http_status) + "}";
  return body;
}

}  // namespace rookery::gateway
