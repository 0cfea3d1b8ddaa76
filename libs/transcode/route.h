// What one HTTP route of an RPC is.
#pragma once

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

namespace rookery::transcode {

// One binding of `google.api.http`. Made by RouteTableBuilder, never changed after.
struct Route {
  // A field of the request, from the outermost message inwards.
  using FieldChain = std::vector<const google::protobuf::FieldDescriptor*>;

  enum class Body {
    kNone,     // The query string holds what the path does not.
    kMessage,  // body: "*": a JSON object with the fields of the request.
    kList,     // body: "<field>": a JSON array for a repeated field of messages.
    kRaw,      // body: "<field>": bytes for a google.api.HttpBody, not to be parsed.
  };

  const google::protobuf::MethodDescriptor* rpc = nullptr;
  // `/package.Service/Method`, as gRPC names it.
  std::string rpc_path;
  // In capitals.
  std::string verb;
  // With the alias prefix, if this is the alias of a route.
  std::string path_template;
  // Where the holes of the template go, in their order.
  std::vector<FieldChain> captures;
  Body body = Body::kNone;
  // The field of the request that takes the body; null unless `body` is kList or kRaw.
  const google::protobuf::FieldDescriptor* body_field = nullptr;
  // response_body: the field of the response, a message, that is the body of the answer. Null: all
  // of the response is.
  const google::protobuf::FieldDescriptor* response_field = nullptr;

  bool reads_json() const { return body == Body::kMessage || body == Body::kList; }

  // Whether the answer is google.api.HttpBody (one, or a stream of them): bytes, not JSON.
  bool raw_response() const { return rpc->output_type()->full_name() == "google.api.HttpBody"; }
  bool client_streaming() const { return rpc->client_streaming(); }
  bool server_streaming() const { return rpc->server_streaming(); }
};

}  // namespace rookery::transcode
