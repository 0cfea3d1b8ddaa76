// The registry service, assembled.
#pragma once

#include <memory>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/status.h"
#include "libs/db/database.h"
#include "libs/rpc/executor.h"
#include "libs/rpc/known_workspaces.h"
#include "services/registry/domain/model_sources.h"

namespace grpc {
class Service;
}

namespace rookery::registry {

struct RegistryOptions {
  rpc::Executor::Options executor;
};

// Owns everything between the database and the gRPC server that the services are registered with,
// which must be gone before it is. What is passed in must outlive it.
class Registry {
 public:
  // Makes the tables in a database that has none. FAILED_PRECONDITION: the database's schema and
  // this program do not fit (db::CreateOrCheck). `model_sources` is a TrackingClient, and
  // `workspaces` asks tracking, but in tests.
  static StatusOr<std::unique_ptr<Registry>> Open(db::Database& database,
                                                  ModelSources& model_sources,
                                                  rpc::KnownWorkspaces& workspaces,
                                                  const RegistryOptions& options,
                                                  const Clock& clock);
  ~Registry();

  std::vector<grpc::Service*> services();

 private:
  struct Parts;
  explicit Registry(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace rookery::registry
