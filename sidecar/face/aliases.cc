#include "sidecar/face/aliases.h"

#include <string>

namespace rookery::sidecar {

std::shared_ptr<google::protobuf::Message> WithUpstreamIds(const google::protobuf::Message& request,
                                                           const Memory& memory,
                                                           spool::LaneId lane) {
  if (!memory.HasAliases(lane)) return nullptr;
  std::shared_ptr<google::protobuf::Message> renamed;
  const auto* reflection = request.GetReflection();
  const auto copy = [&] {
    if (!renamed) {
      renamed.reset(request.New());
      renamed->CopyFrom(request);
    }
    return renamed.get();
  };
  if (const auto* field = request.GetDescriptor()->FindFieldByName("experiment_id")) {
    const std::string id = reflection->GetString(request, field);
    const std::string other = memory.UpstreamExperimentId(lane, id);
    if (other != id) reflection->SetString(copy(), field, other);
  }
  if (const auto* field = request.GetDescriptor()->FindFieldByName("experiment_ids")) {
    for (int i = 0; i < reflection->FieldSize(request, field); ++i) {
      const std::string id = reflection->GetRepeatedString(request, field, i);
      const std::string other = memory.UpstreamExperimentId(lane, id);
      if (other != id) reflection->SetRepeatedString(copy(), field, i, other);
    }
  }
  return renamed;
}

}  // namespace rookery::sidecar
