// Which gRPC services make up each part of the suite.
#pragma once

#include <google/protobuf/descriptor.h>

#include <vector>

namespace rookery::gateway {

using ServiceList = std::vector<const google::protobuf::ServiceDescriptor*>;

ServiceList TrackingServices();
// Of the tracking service too, by streams.
ServiceList MetricServices();
ServiceList RegistryServices();
ServiceList ArtifactServices();
// Those whose routes the gateway answers itself.
ServiceList GatewayServices();

}  // namespace rookery::gateway
