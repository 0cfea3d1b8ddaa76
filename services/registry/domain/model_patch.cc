#include "services/registry/domain/model_patch.h"

#include <fmt/format.h>

namespace rookery::registry {
namespace {

using ::google::protobuf::Value;

Status Refused(const v1::ManagedModelChange& change, std::string_view why) {
  return absl::InvalidArgumentError(
      fmt::format("The change '{} {}' is not possible: {}", change.op(), change.path(), why));
}

StatusOr<std::string> Text(const v1::ManagedModelChange& change, const Value& value) {
  if (value.kind_case() == Value::kStringValue) return value.string_value();
  return Refused(change, "its value must be a string.");
}

StatusOr<store::TagMap> Texts(const v1::ManagedModelChange& change) {
  store::TagMap texts;
  if (change.value().kind_case() != Value::kStructValue) {
    return Refused(change, "its value must be an object with strings.");
  }
  for (const auto& [key, value] : change.value().struct_value().fields()) {
    ASSIGN_OR_RETURN(texts[key], Text(change, value));
  }
  return texts;
}

}  // namespace

StatusOr<ModelPatch> ReadPatch(const v1::UpdateManagedModelRequest& request) {
  ModelPatch patch;
  for (const v1::ManagedModelChange& change : request.changes()) {
    const bool remove = change.op() == "remove";
    if (!remove && change.op() != "add" && change.op() != "replace") {
      return Refused(change, "the operations are add, replace and remove.");
    }
    if (change.path() == "/description") {
      patch.description.emplace();
      if (!remove) {
        ASSIGN_OR_RETURN(patch.description, Text(change, change.value()));
      }
    } else if (change.path() == "/kvTags") {
      patch.tags.emplace();
      if (!remove) {
        ASSIGN_OR_RETURN(patch.tags, Texts(change));
      }
    } else if (change.path() == "/properties" && !remove) {
      ASSIGN_OR_RETURN(patch.properties, Texts(change));
    } else {
      return Refused(change, "it is not kept, or does not change.");
    }
  }
  return patch;
}

}  // namespace rookery::registry
