#include "libs/transcode/request_builder.h"

#include <absl/container/flat_hash_set.h>
#include <absl/strings/match.h>
#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <deque>
#include <string>

#include "libs/transcode/field_path.h"
#include "libs/transcode/field_value.h"
#include "libs/transcode/json_parser.h"
#include "libs/transcode/json_style.h"
#include "libs/transcode/percent.h"

namespace rookery::transcode {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;

// Sets the field at the end of `chain`, making the messages on the way.
Status StoreAt(const Route::FieldChain& chain, std::string_view text, Message* request) {
  // Elements point at those before them.
  std::deque<FieldPath> path;
  Message* message = request;
  for (const FieldDescriptor* field : chain) {
    path.push_back({path.empty() ? nullptr : &path.back(), field});
    if (field != chain.back()) message = message->GetReflection()->MutableMessage(message, field);
  }
  const FieldTarget target{message, message->GetReflection(), chain.back(), path.back()};
  if (target.field->cpp_type() != FieldDescriptor::CPPTYPE_BOOL) return StoreText(target, text);
  const absl::string_view word(text.data(), text.size());
  const bool is_true = absl::EqualsIgnoreCase(word, "true");
  if (!is_true && !absl::EqualsIgnoreCase(word, "false")) {
    return absl::InvalidArgumentError(
        fmt::format("Invalid boolean value: {}, must be 'true' or 'false'.", text));
  }
  return StoreBool(target, is_true);
}

const FieldDescriptor* FindField(const Descriptor& type, const std::string& name) {
  const FieldDescriptor* field = type.FindFieldByName(name);
  for (int i = 0; field == nullptr && IsAzure(type) && i < type.field_count(); ++i) {
    if (type.field(i)->json_name() == name) field = type.field(i);
  }
  return field;
}

// The fields that a query parameter names; empty if there are none.
Route::FieldChain FindParameter(const Descriptor& request, std::string_view name) {
  Route::FieldChain chain;
  const Descriptor* type = &request;
  while (type != nullptr) {
    const size_t dot = name.find('.');
    const FieldDescriptor* field = FindField(*type, std::string(name.substr(0, dot)));
    if (field == nullptr) return {};
    chain.push_back(field);
    if (dot == name.npos) return chain;
    if (field->is_repeated()) return {};
    type = field->message_type();
    name.remove_prefix(dot + 1);
  }
  return {};
}

Status ApplyQuery(std::string_view query, Message* request) {
  absl::flat_hash_set<std::string> seen;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    const size_t equals = pair.find('=');
    ASSIGN_OR_RETURN(const std::string name, PercentDecode(pair.substr(0, equals), Plus::kBlank));
    const Route::FieldChain chain = FindParameter(*request->GetDescriptor(), name);
    if (chain.empty()) continue;
    const bool first = seen.insert(name).second;
    if (!first && !chain.back()->is_repeated()) continue;
    ASSIGN_OR_RETURN(
        const std::string value,
        PercentDecode(equals == pair.npos ? "" : pair.substr(equals + 1), Plus::kBlank));
    RETURN_IF_ERROR(StoreAt(chain, value, request));
  }
  return absl::OkStatus();
}

}  // namespace

Status BuildRequest(const RouteMatch& match, std::string_view query, std::string_view body,
                    Message* request) {
  const Route& route = *match.route;
  if (route.body == Route::Body::kMessage) {
    RETURN_IF_ERROR(ParseJson(body, request));
  } else {
    if (route.body == Route::Body::kList) {
      RETURN_IF_ERROR(ParseJsonList(body, *route.body_field, request));
    }
    RETURN_IF_ERROR(ApplyQuery(query, request));
  }
  for (size_t i = 0; i < route.captures.size(); ++i) {
    RETURN_IF_ERROR(StoreAt(route.captures[i], match.captures[i], request));
  }
  return absl::OkStatus();
}

Status CheckContentType(const Route& route, std::optional<std::string_view> content_type) {
  constexpr std::string_view kJson = "application/json";
  constexpr std::string_view kJsonPatch = "application/json-patch+json";
  if (!route.reads_json()) return absl::OkStatus();
  if (!content_type.has_value() || content_type->empty()) {
    if (route.verb == "PATCH" || route.verb == "DELETE") return absl::OkStatus();
    return absl::InvalidArgumentError("Bad Request. Content-Type header is missing.");
  }
  std::string_view type = content_type->substr(0, content_type->find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  if (type == kJson) return absl::OkStatus();
  if (type == kJsonPatch && IsAzure(*route.rpc->input_type())) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "Bad Request. Content-Type must be one of ['application/json'].");
}

}  // namespace rookery::transcode
