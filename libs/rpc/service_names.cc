#include "libs/rpc/service_names.h"

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/server_builder_plugin.h>
#include <grpcpp/impl/server_initializer.h>

namespace rookery::rpc {
namespace {

class Plugin final : public grpc::ServerBuilderPlugin {
 public:
  explicit Plugin(std::vector<std::string>* names) : names_(names) {}
  std::string name() override { return "rookery_service_names"; }
  void InitServer(grpc::ServerInitializer*) override {}
  void Finish(grpc::ServerInitializer* server) override { *names_ = *server->GetServiceList(); }
  void ChangeArguments(const std::string&, void*) override {}

 private:
  std::vector<std::string>* const names_;
};

class Option final : public grpc::ServerBuilderOption {
 public:
  explicit Option(std::vector<std::string>* names) : names_(names) {}
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    plugins->push_back(std::make_unique<Plugin>(names_));
  }

 private:
  std::vector<std::string>* const names_;
};

}  // namespace

std::unique_ptr<grpc::ServerBuilderOption> CollectServiceNames(std::vector<std::string>* names) {
  return std::make_unique<Option>(names);
}

}  // namespace rookery::rpc
