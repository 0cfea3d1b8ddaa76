#include "services/registry/registry.h"

#include "services/registry/domain/aliases.h"
#include "services/registry/domain/managed_models.h"
#include "services/registry/domain/model_resources.h"
#include "services/registry/domain/model_versions.h"
#include "services/registry/domain/registered_models.h"
#include "services/registry/domain/registry_search.h"
#include "services/registry/managed_model_service.h"
#include "services/registry/model_resource_service.h"
#include "services/registry/model_version_service.h"
#include "services/registry/registered_model_service.h"
#include "services/registry/store/schema.h"

namespace rookery::registry {

struct Registry::Parts {
  Parts(db::Database& database, ModelSources& model_sources, rpc::KnownWorkspaces& workspaces,
        const RegistryOptions& options, const Clock& clock)
      : registered_models(database, clock),
        aliases(database),
        model_versions(database, model_sources, clock),
        managed_models(database, model_sources, model_versions, clock),
        model_resources(database, model_sources, clock),
        search(database),
        executor(options.executor),
        log(options.executor.metrics, {RegisteredModelService::kName, ModelVersionService::kName,
                                       ManagedModelService::kName, ModelResourceService::kName}),
        unary(executor, workspaces, log),
        registered_model_service(registered_models, aliases, search, unary),
        model_version_service(model_versions, search, unary),
        managed_model_service(managed_models, unary),
        model_resource_service(model_resources, unary) {}

  RegisteredModels registered_models;
  Aliases aliases;
  ModelVersions model_versions;
  ManagedModels managed_models;
  ModelResources model_resources;
  RegistrySearch search;
  rpc::Executor executor;
  rpc::CallLog log;
  rpc::Unary unary;
  RegisteredModelService registered_model_service;
  ModelVersionService model_version_service;
  ManagedModelService managed_model_service;
  ModelResourceService model_resource_service;
};

StatusOr<std::unique_ptr<Registry>> Registry::Open(db::Database& database,
                                                   ModelSources& model_sources,
                                                   rpc::KnownWorkspaces& workspaces,
                                                   const RegistryOptions& options,
                                                   const Clock& clock) {
  RETURN_IF_ERROR(db::CreateOrCheck(database, store::RegistrySchema()));
  return std::unique_ptr<Registry>(
      new Registry(std::make_unique<Parts>(database, model_sources, workspaces, options, clock)));
}

Registry::Registry(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Registry::~Registry() = default;

std::vector<grpc::Service*> Registry::services() {
  return {&parts_->registered_model_service, &parts_->model_version_service,
          &parts_->managed_model_service, &parts_->model_resource_service};
}

}  // namespace rookery::registry
