#include "services/gateway/azure/uri_fields.h"

#include <algorithm>
#include <string_view>

#include "services/gateway/services.h"

namespace rookery::gateway {
namespace {

// A `source` elsewhere is a dataset's, which is the client's own.
constexpr std::string_view kUriFields[] = {
    "rookery.tracking.v1.RunInfo.artifact_uri",
    "rookery.tracking.v1.LoggedModelInfo.artifact_uri",
    "rookery.registry.v1.CreateModelVersionRequest.source",
    "rookery.registry.v1.GetModelVersionDownloadUriResponse.artifact_uri",
    "rookery.registry.v1.ModelVersion.source",
    "rookery.gateway.v1.ListLoggedModelArtifactsResponse.root_uri",
    "rookery.gateway.v1.ListRunArtifactsResponse.root_uri",
};

bool IsUri(const google::protobuf::FieldDescriptor& field) {
  return std::find(std::begin(kUriFields), std::end(kUriFields), field.full_name()) !=
         std::end(kUriFields);
}

}  // namespace

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;

const UriFields& UriFields::OfServices() {
  static const UriFields fields;
  return fields;
}

UriFields::UriFields() {
  for (const ServiceList& services : {TrackingServices(), MetricServices(), RegistryServices(),
                                      ArtifactServices(), GatewayServices()}) {
    for (const auto* service : services) {
      for (int i = 0; i < service->method_count(); ++i) {
        Find(*service->method(i)->input_type());
        Find(*service->method(i)->output_type());
      }
    }
  }
}

const UriFields::Fields& UriFields::Find(const Descriptor& type) {
  const auto [entry, fresh] = fields_.try_emplace(&type);
  if (!fresh) return entry->second;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    const bool leads = field->message_type() != nullptr && !Find(*field->message_type()).empty();
    if (leads || IsUri(*field)) {
      entry->second.push_back(field);
    }
  }
  return entry->second;
}

void UriFields::Rewrite(Message* message,
                        const std::function<std::string(const std::string&)>& rewritten) const {
  const auto found = fields_.find(message->GetDescriptor());
  if (found == fields_.end()) return;
  const auto& reflection = *message->GetReflection();
  for (const FieldDescriptor* field : found->second) {
    if (field->is_repeated()) {
      for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
        Rewrite(reflection.MutableRepeatedMessage(message, field, i), rewritten);
      }
    } else if (!reflection.HasField(*message, field)) {
      continue;
    } else if (field->message_type() != nullptr) {
      Rewrite(reflection.MutableMessage(message, field), rewritten);
    } else {
      reflection.SetString(message, field, rewritten(reflection.GetString(*message, field)));
    }
  }
}

}  // namespace rookery::gateway
