// Reads routes from the annotations in .proto files.
#pragma once

#include <google/protobuf/descriptor.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/base/status.h"
#include "libs/transcode/route_table.h"

namespace google::api {
class HttpRule;
}

namespace rookery::transcode {

// Collects services, then makes the table:
//
//   RouteTableBuilder builder;
//   builder.AddService(RunService::descriptor()).AliasPrefix("/api/", "/ajax-api/");
//   ASSIGN_OR_RETURN(RouteTable table, builder.Build());
//
// Used by one thread.
class RouteTableBuilder {
 public:
  // Every method with a `google.api.http` option, additional_bindings included. The descriptor must
  // outlive the table.
  RouteTableBuilder& AddService(const google::protobuf::ServiceDescriptor* service);

  // Routes whose template begins with `prefix` are served also with `alias` in its place. Both end
  // in `/`.
  RouteTableBuilder& AliasPrefix(std::string_view prefix, std::string_view alias);

  // INVALID_ARGUMENT, naming the RPC: a template that is not supported; a field that the request
  // does not have or that does not fit its place; two routes for one verb and path
  // (ALREADY_EXISTS).
  StatusOr<RouteTable> Build() const;

 private:
  Status AddBinding(const google::protobuf::MethodDescriptor* rpc,
                    const google::api::HttpRule& rule, RouteTable* table) const;
  static Status Insert(Route route, RouteTable* table);

  std::vector<const google::protobuf::ServiceDescriptor*> services_;
  std::vector<std::pair<std::string, std::string>> aliases_;
};

}  // namespace rookery::transcode
