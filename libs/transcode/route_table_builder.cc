#include "libs/transcode/route_table_builder.h"

#include <fmt/format.h>
#include <google/api/annotations.pb.h>

#include <tuple>

#include "libs/transcode/path_template.h"

namespace rookery::transcode {
namespace {

using ::google::api::HttpRule;
using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::MethodDescriptor;
using ::google::protobuf::ServiceDescriptor;

StatusOr<std::pair<std::string, std::string>> VerbAndTemplate(const HttpRule& rule) {
  switch (rule.pattern_case()) {
    case HttpRule::kGet:
      return std::pair("GET", rule.get());
    case HttpRule::kPut:
      return std::pair("PUT", rule.put());
    case HttpRule::kPost:
      return std::pair("POST", rule.post());
    case HttpRule::kDelete:
      return std::pair("DELETE", rule.delete_());
    case HttpRule::kPatch:
      return std::pair("PATCH", rule.patch());
    default:
      return absl::InvalidArgumentError("a binding names one of get, put, post, delete, patch");
  }
}

// The fields that `path` (`inner.name`) names, the last of which takes one piece of text.
StatusOr<Route::FieldChain> FindChain(const Descriptor& request, std::string_view path) {
  Route::FieldChain chain;
  const Descriptor* type = &request;
  std::string_view rest = path;
  while (true) {
    const std::string name(rest.substr(0, rest.find('.')));
    const FieldDescriptor* field = type == nullptr ? nullptr : type->FindFieldByName(name);
    if (field == nullptr || field->is_repeated()) {
      return absl::InvalidArgumentError(
          fmt::format("'{}' is no single field of {}", path, request.full_name()));
    }
    chain.push_back(field);
    type = field->message_type();
    if (name.size() == rest.size()) break;
    rest.remove_prefix(name.size() + 1);
  }
  if (type != nullptr) {
    return absl::InvalidArgumentError(
        fmt::format("'{}' is a message, which no path can hold", path));
  }
  return chain;
}

Status SetBody(const HttpRule& rule, Route* route) {
  if (rule.body().empty()) return absl::OkStatus();
  if (rule.body() == "*") {
    route->body = Route::Body::kMessage;
    return absl::OkStatus();
  }
  const FieldDescriptor* field = route->rpc->input_type()->FindFieldByName(rule.body());
  const Descriptor* type = field == nullptr ? nullptr : field->message_type();
  const bool raw = type != nullptr && type->full_name() == "google.api.HttpBody";
  if (type == nullptr || field->is_map() || field->is_repeated() == raw) {
    return absl::InvalidArgumentError(fmt::format(
        "body '{}' is no field of type google.api.HttpBody and no list of messages", rule.body()));
  }
  route->body = raw ? Route::Body::kRaw : Route::Body::kList;
  route->body_field = field;
  return absl::OkStatus();
}

Status SetResponse(const HttpRule& rule, Route* route) {
  if (rule.response_body().empty()) return absl::OkStatus();
  const FieldDescriptor* field = route->rpc->output_type()->FindFieldByName(rule.response_body());
  if (field == nullptr || field->is_repeated() || field->message_type() == nullptr) {
    return absl::InvalidArgumentError(
        fmt::format("response_body '{}' is no field that holds a message", rule.response_body()));
  }
  route->response_field = field;
  return absl::OkStatus();
}

}  // namespace

RouteTableBuilder& RouteTableBuilder::AddService(const ServiceDescriptor* service) {
  services_.push_back(service);
  return *this;
}

RouteTableBuilder& RouteTableBuilder::AliasPrefix(std::string_view prefix, std::string_view alias) {
  aliases_.emplace_back(prefix, alias);
  return *this;
}

StatusOr<RouteTable> RouteTableBuilder::Build() const {
  RouteTable table;
  for (const ServiceDescriptor* service : services_) {
    for (int i = 0; i < service->method_count(); ++i) {
      const MethodDescriptor* rpc = service->method(i);
      if (!rpc->options().HasExtension(google::api::http)) continue;
      const HttpRule& rule = rpc->options().GetExtension(google::api::http);
      Status status = AddBinding(rpc, rule, &table);
      for (int j = 0; status.ok() && j < rule.additional_bindings_size(); ++j) {
        status = AddBinding(rpc, rule.additional_bindings(j), &table);
      }
      if (!status.ok())
        return Prefixed(fmt::format("HTTP route of {}: ", rpc->full_name()), status);
    }
  }
  return table;
}

Status RouteTableBuilder::AddBinding(const MethodDescriptor* rpc, const HttpRule& rule,
                                     RouteTable* table) const {
  Route route;
  route.rpc = rpc;
  route.rpc_path = fmt::format("/{}/{}", rpc->service()->full_name(), rpc->name());
  ASSIGN_OR_RETURN(std::tie(route.verb, route.path_template), VerbAndTemplate(rule));
  ASSIGN_OR_RETURN(const auto segments, ParsePathTemplate(route.path_template));
  for (const TemplateSegment& segment : segments) {
    if (segment.kind == TemplateSegment::Kind::kLiteral) continue;
    ASSIGN_OR_RETURN(Route::FieldChain chain, FindChain(*rpc->input_type(), segment.text));
    route.captures.push_back(std::move(chain));
  }
  RETURN_IF_ERROR(SetBody(rule, &route));
  RETURN_IF_ERROR(SetResponse(rule, &route));
  RETURN_IF_ERROR(Insert(route, table));
  for (const auto& [prefix, alias] : aliases_) {
    if (!route.path_template.starts_with(prefix)) continue;
    Route twin = route;
    twin.path_template = alias + route.path_template.substr(prefix.size());
    RETURN_IF_ERROR(Insert(std::move(twin), table));
  }
  return absl::OkStatus();
}

Status RouteTableBuilder::Insert(Route route, RouteTable* table) {
  ASSIGN_OR_RETURN(const auto segments, ParsePathTemplate(route.path_template));
  RouteTable::Node* node = table->root_.get();
  std::vector<const Route*>* list = nullptr;
  for (const TemplateSegment& segment : segments) {
    if (segment.kind == TemplateSegment::Kind::kRest) {
      list = &node->rests;
      break;
    }
    std::unique_ptr<RouteTable::Node>& next =
        segment.kind == TemplateSegment::Kind::kField ? node->field : node->literals[segment.text];
    if (next == nullptr) next = std::make_unique<RouteTable::Node>();
    node = next.get();
  }
  if (list == nullptr) list = &node->ends;
  for (const Route* other : *list) {
    if (other->verb != route.verb) continue;
    return absl::AlreadyExistsError(fmt::format("{} {} is also {} of {}", route.verb,
                                                route.path_template, other->path_template,
                                                other->rpc->full_name()));
  }
  table->routes_.push_back(std::make_unique<const Route>(std::move(route)));
  list->push_back(table->routes_.back().get());
  return absl::OkStatus();
}

}  // namespace rookery::transcode
