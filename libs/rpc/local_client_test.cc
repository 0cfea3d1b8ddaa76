#include "libs/rpc/local_client.h"

#include <absl/synchronization/notification.h>
#include <absl/time/clock.h>
#include <gmock/gmock.h>
#include <google/protobuf/unknown_field_set.h>
#include <gtest/gtest.h>
#include <rookery/tracking/v1/experiment_service.pb.h>

#include <csignal>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "libs/base/testing/status_matchers.h"
#include "libs/rpc/call.h"
#include "libs/rpc/service.h"

namespace rookery::rpc {
namespace {

namespace v1 = tracking::v1;
using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;

constexpr int kLimit = 1000;

struct Domain {
  StatusOr<v1::GetExperimentResponse> Get(const CallContext& call,
                                          const v1::GetExperimentRequest& request) {
    seen = call;
    v1::GetExperimentResponse response;
    response.mutable_experiment()->set_name(request.experiment_id());
    if (passes_on_encoded) {
      v1::GetExperimentResponse encoded;
      encoded.GetReflection()->MutableUnknownFields(&encoded)->AddLengthDelimited(
          v1::GetExperimentResponse::kExperimentFieldNumber,
          response.experiment().SerializeAsString());
      return encoded;
    }
    return response;
  }
  void GetByName(const CallContext& call, const v1::GetExperimentByNameRequest& request,
                 Done<v1::GetExperimentByNameResponse> given) {
    seen = call;
    asked = &request;
    done = std::move(given);
  }

  bool passes_on_encoded = false;
  CallContext seen;
  const v1::GetExperimentByNameRequest* asked = nullptr;
  Done<v1::GetExperimentByNameResponse> done;
};

class TestService final : public Service {
 public:
  TestService(Domain& domain, const Unary& unary)
      : Service("rookery.tracking.v1.ExperimentService", unary) {
    On("GetExperiment", domain, &Domain::Get);
    On("GetExperimentByName", domain, &Domain::GetByName);
  }
};

// Says which method it was asked for.
class Others final : public GenericClient {
 public:
  Canceller Unary(const google::protobuf::MethodDescriptor& method, const CallOptions&,
                  const google::protobuf::Message&, google::protobuf::Message*,
                  std::function<void(Status)> done) override {
    done(absl::UnimplementedError(method.name()));
    return Canceller();
  }
  std::unique_ptr<ClientStream> Stream(const google::protobuf::MethodDescriptor&,
                                       const CallOptions&) override {
    return nullptr;
  }
};

// A call's outcome, which may come on another thread.
class Outcome {
 public:
  std::function<void(Status)> Done() {
    return [this](Status status) {
      status_ = std::move(status);
      come_.Notify();
    };
  }
  Status Wait() {
    come_.WaitForNotification();
    return status_;
  }
  bool HasCome() const { return come_.HasBeenNotified(); }

 private:
  Status status_;
  absl::Notification come_;  // Ends the test if it comes twice.
};

class LocalClientTest : public ::testing::Test {
 protected:
  void SetUp() override { client_ = LocalClient({&service_}, std::make_shared<Others>(), kLimit); }

  static const google::protobuf::MethodDescriptor& Method(const std::string& name) {
    return *google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
        "rookery.tracking.v1.ExperimentService." + name);
  }
  Canceller GetByName(Outcome* outcome, const CallOptions& options = {}) {
    v1::GetExperimentByNameRequest request;  // Gone when the call is begun.
    request.set_experiment_name("n");
    return client_->Unary(Method("GetExperimentByName"), options, request, &by_name_,
                          outcome->Done());
  }
  Status Get(const std::string& id, v1::GetExperimentResponse* response,
             const CallOptions& options = {}) {
    v1::GetExperimentRequest request;
    request.set_experiment_id(id);
    Outcome outcome;
    client_->Unary(Method("GetExperiment"), options, request, response, outcome.Done());
    return outcome.Wait();
  }

  v1::GetExperimentByNameResponse by_name_;
  std::shared_ptr<GenericClient> client_;
  Domain domain_;
  CallLog log_{nullptr, {}};
  KnownWorkspaces workspaces_{
      [](const CallContext&) -> StatusOr<AllowList> { return AllowList(); }};
  Executor executor_{{.threads = 1}};
  Unary unary_{executor_, workspaces_, log_};
  TestService service_{domain_, unary_};
};

TEST_F(LocalClientTest, CallsAMethodWithItsContext) {
  const absl::Time deadline = absl::Now() + absl::Minutes(1);
  v1::GetExperimentResponse response;
  ROOKERY_ASSERT_OK(
      Get("7", &response, {{{kWorkspaceKey, "team"}, {kRequestIdKey, "r-1"}}, deadline}));
  EXPECT_EQ(response.experiment().name(), "7");
  EXPECT_EQ(domain_.seen.workspace, "team");
  EXPECT_EQ(domain_.seen.request_id, "r-1");
  EXPECT_EQ(domain_.seen.deadline, deadline);
}

TEST_F(LocalClientTest, AnswersInBytes) {
  v1::GetExperimentRequest request;
  request.set_experiment_id("7");
  std::string wire;
  Outcome outcome;
  client_->UnaryBytes(Method("GetExperiment"), {}, request, &wire, outcome.Done());
  ROOKERY_ASSERT_OK(outcome.Wait());
  v1::GetExperimentResponse response;
  ASSERT_TRUE(response.ParseFromString(wire));
  EXPECT_EQ(response.experiment().name(), "7");
}

TEST_F(LocalClientTest, WhatTheServicePassesOnEncodedIsReadAsWhatItIs) {
  domain_.passes_on_encoded = true;
  v1::GetExperimentResponse response;
  ROOKERY_ASSERT_OK(Get("7", &response));
  EXPECT_EQ(response.experiment().name(), "7");
  EXPECT_TRUE(response.GetReflection()->GetUnknownFields(response).empty());
}

TEST_F(LocalClientTest, RequestsAreCheckedAsTheServerDoes) {
  v1::GetExperimentResponse response;
  EXPECT_THAT(Get("", &response),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("experiment_id")));
}

TEST_F(LocalClientTest, AnAnswerOverTheLimitIsRefused) {
  v1::GetExperimentResponse response;
  ROOKERY_EXPECT_OK(Get(std::string(kLimit - 10, 'x'), &response));
  EXPECT_THAT(Get(std::string(kLimit, 'x'), &response),
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("1000 bytes")));
}

TEST_F(LocalClientTest, WhatIsNotHereGoesToOthers) {
  v1::DeleteExperimentRequest request;
  v1::DeleteExperimentResponse response;
  Outcome outcome;
  client_->Unary(Method("DeleteExperiment"), {}, request, &response, outcome.Done());
  EXPECT_THAT(outcome.Wait(), StatusIs(absl::StatusCode::kUnimplemented, "DeleteExperiment"));
}

TEST_F(LocalClientTest, AMethodThatIsDoneLater) {
  Outcome outcome;
  GetByName(&outcome);
  EXPECT_FALSE(outcome.HasCome());
  v1::GetExperimentByNameResponse response;
  response.mutable_experiment()->set_name(domain_.asked->experiment_name());
  domain_.done(response);
  ROOKERY_ASSERT_OK(outcome.Wait());
  EXPECT_EQ(by_name_.experiment().name(), "n");
}

TEST_F(LocalClientTest, ACancelledCallIsAnsweredAtOnceAndTheServiceHearsOfIt) {
  Outcome outcome;
  const Canceller canceller = GetByName(&outcome);
  EXPECT_FALSE(domain_.seen.gone.stop_requested());
  canceller.Cancel();
  EXPECT_THAT(outcome.Wait(), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_TRUE(domain_.seen.gone.stop_requested());
  // The service works on: its request is still there, and its answer is for nobody.
  EXPECT_EQ(domain_.asked->experiment_name(), "n");
  domain_.done(v1::GetExperimentByNameResponse());
  canceller.Cancel();
}

TEST_F(LocalClientTest, ACallWhoseDeadlinePassesIsAnsweredThen) {
  Outcome outcome;
  const absl::Time deadline = absl::Now() + absl::Milliseconds(20);
  GetByName(&outcome, {{}, deadline});
  EXPECT_THAT(outcome.Wait(), StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_TRUE(domain_.seen.gone.stop_requested());
  domain_.done(v1::GetExperimentByNameResponse());
}

TEST_F(LocalClientTest, ACallThatIsOverCannotBeCancelled) {
  Outcome outcome;
  const Canceller canceller = GetByName(&outcome);
  domain_.done(absl::NotFoundError("none"));
  canceller.Cancel();
  EXPECT_THAT(outcome.Wait(), StatusIs(absl::StatusCode::kNotFound, "none"));
}

using LocalClientDeathTest = LocalClientTest;

TEST_F(LocalClientDeathTest, ARowThatDoesNotFitTheProtoEndsTheProcess) {
  class Misspelt final : public Service {
   public:
    Misspelt(Domain& domain, const Unary& unary)
        : Service("rookery.tracking.v1.ExperimentService", unary) {
      On("GetExperimant", domain, &Domain::Get);
    }
  };
  class Mistaken final : public Service {
   public:
    Mistaken(Domain& domain, const Unary& unary)
        : Service("rookery.tracking.v1.ExperimentService", unary) {
      On("GetExperimentByName", domain, &Domain::Get);
    }
  };
  EXPECT_EXIT(Misspelt(domain_, unary_), ::testing::KilledBySignal(SIGABRT), "");
  EXPECT_EXIT(Mistaken(domain_, unary_), ::testing::KilledBySignal(SIGABRT), "");
}

}  // namespace
}  // namespace rookery::rpc
