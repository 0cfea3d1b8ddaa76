#include "services/gateway/services.h"

#include <initializer_list>

namespace rookery::gateway {
namespace {

ServiceList ServicesIn(std::initializer_list<const char*> proto_files) {
  ServiceList services;
  for (const char* name : proto_files) {
    const auto* file = google::protobuf::DescriptorPool::generated_pool()->FindFileByName(name);
    for (int i = 0; i < file->service_count(); ++i) services.push_back(file->service(i));
  }
  return services;
}

}  // namespace

ServiceList TrackingServices() {
  return ServicesIn({"rookery/tracking/v1/experiment_service.proto",
                     "rookery/tracking/v1/run_service.proto",
                     "rookery/tracking/v1/logged_model_service.proto",
                     "rookery/tracking/v1/workspace_service.proto"});
}

ServiceList MetricServices() { return ServicesIn({"rookery/tracking/v1/metric_service.proto"}); }

ServiceList RegistryServices() {
  return ServicesIn({"rookery/registry/v1/registered_model_service.proto",
                     "rookery/registry/v1/model_version_service.proto",
                     "rookery/registry/v1/managed_model_service.proto",
                     "rookery/registry/v1/model_resource_service.proto"});
}

ServiceList ArtifactServices() {
  return ServicesIn({"rookery/artifact/v1/artifact_service.proto"});
}

ServiceList GatewayServices() {
  return ServicesIn(
      {"rookery/gateway/v1/artifact_transfers.proto", "rookery/gateway/v1/artifact_views.proto",
       "rookery/gateway/v1/azure_artifact.proto", "rookery/gateway/v1/azure_workspace.proto"});
}

}  // namespace rookery::gateway
