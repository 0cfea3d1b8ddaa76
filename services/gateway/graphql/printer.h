// Messages as the JSON of a GraphQL answer.
#pragma once

#include <google/protobuf/message.h>
#include <rookery/registry/v1/model_version.pb.h>
#include <rookery/tracking/v1/experiment.pb.h>

#include <map>
#include <string>
#include <vector>

namespace rookery::gateway {

// What GraphQL's run has beside the message Run.
struct RunRelations {
  // By id.
  std::map<std::string, tracking::v1::Experiment> experiments;
  // By the id of the run that they were made of.
  std::map<std::string, std::vector<registry::v1::ModelVersion>> model_versions;
};

// Prints every field that the type has, whether it is set or not, as MLflow does: text as "",
// numbers as 0, lists as [], messages and enums as null. Names are camelCase, 64-bit integers are
// text, NaN is null. Each object says its `__typename` by MLflow's scheme; each answer of an RPC
// has the `apiError` of its type, null.
std::string PrintGraphql(const google::protobuf::Message& message, const RunRelations& relations);

}  // namespace rookery::gateway
