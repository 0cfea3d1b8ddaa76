// The artifact service, assembled.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/status.h"
#include "services/artifact/artifact_service.h"
#include "services/artifact/data_plane/data_plane.h"

namespace grpc {
class Service;
}

namespace rookery::artifact {

// Owns everything between the folder and the gRPC server that the services are registered with,
// which must be gone before it is. What is passed in must outlive it.
class Artifact {
 public:
  // `destination` is a folder, which is made if it is not there, or a file: URI of one.
  // INVALID_ARGUMENT: it is neither, or the keys that sign URLs cannot be used. UNAVAILABLE: the
  // folder cannot be used.
  static StatusOr<std::unique_ptr<Artifact>> Open(const std::string& destination,
                                                  rpc::KnownWorkspaces& workspaces,
                                                  const ArtifactOptions& options,
                                                  const Clock& clock);
  ~Artifact();

  std::vector<grpc::Service*> services();

  // What signed URLs are for. Whoever serves it must be gone before this is.
  const DataPlane& data_plane() const;

 private:
  struct Parts;
  explicit Artifact(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace rookery::artifact
