// The service over gRPC, in one process.
#include "services/registry/registry.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <rookery/registry/v1/model_version_service.grpc.pb.h>
#include <rookery/registry/v1/registered_model_service.grpc.pb.h>

#include "libs/base/testing/status_matchers.h"
#include "libs/db/testing/test_database.h"
#include "libs/rpc/server.h"
#include "libs/rpc/status.h"
#include "services/registry/testing/fake_model_sources.h"

namespace rookery::registry {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;
using enum absl::StatusCode;

class RegistryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ROOKERY_ASSERT_OK_AND_ASSIGN(
        registry_, Registry::Open(*database_, sources_, workspaces_, {}, Clock::Real()));
    ROOKERY_ASSERT_OK_AND_ASSIGN(server_, rpc::Server::Start({}, registry_->services()));
    models_ = v1::RegisteredModelService::NewStub(server_->InProcessChannel());
    versions_ = v1::ModelVersionService::NewStub(server_->InProcessChannel());
  }
  Status Create(const std::string& name) {
    grpc::ClientContext context;
    v1::CreateRegisteredModelRequest request;
    if (!name.empty()) request.set_name(name);
    v1::CreateRegisteredModelResponse response;
    return rpc::FromGrpc(models_->CreateRegisteredModel(&context, request, &response));
  }

  rookery::testing::TestDatabase database_{rookery::testing::TestDatabaseKind::kSqlite};
  testing::FakeModelSources sources_;
  rpc::KnownWorkspaces workspaces_{[](const CallContext& call) -> StatusOr<AllowList> {
    if (call.workspace == "team") return AllowList();
    return absl::NotFoundError("none");
  }};
  std::unique_ptr<Registry> registry_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<v1::RegisteredModelService::Stub> models_;
  std::unique_ptr<v1::ModelVersionService::Stub> versions_;
};

TEST_F(RegistryTest, ServesModels) {
  ROOKERY_EXPECT_OK(Create("m"));
  EXPECT_THAT(Create("m"), StatusIs(kAlreadyExists));
  EXPECT_THAT(Create(""), StatusIs(kInvalidArgument, HasSubstr("'name'")));
}

TEST_F(RegistryTest, ServesVersions) {
  ROOKERY_ASSERT_OK(Create("m"));
  grpc::ClientContext context;
  v1::CreateModelVersionRequest request;
  request.set_name("m");
  request.set_source("s3://b/p");
  v1::CreateModelVersionResponse response;
  ROOKERY_ASSERT_OK(rpc::FromGrpc(versions_->CreateModelVersion(&context, request, &response)));
  EXPECT_EQ(response.model_version().version(), "1");
}

}  // namespace
}  // namespace rookery::registry
