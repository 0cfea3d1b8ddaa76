#include "libs/rpc/unary.h"

#include <absl/synchronization/notification.h>
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <rookery/tracking/v1/experiment_service.grpc.pb.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "libs/base/testing/log_lines.h"
#include "libs/base/testing/status_matchers.h"
#include "libs/base/trace.h"
#include "libs/rpc/call.h"
#include "libs/rpc/generic_client.h"
#include "libs/rpc/server.h"
#include "libs/rpc/service.h"
#include "libs/rpc/status.h"

namespace rookery::rpc {
namespace {

namespace v1 = tracking::v1;
using ::rookery::testing::StatusIs;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;

// A domain whose methods do what the test says.
struct Domain {
  StatusOr<v1::GetExperimentResponse> Get(const CallContext& call,
                                          const v1::GetExperimentRequest& request) {
    return get(call, request);
  }
  std::function<StatusOr<v1::GetExperimentResponse>(const CallContext&,
                                                    const v1::GetExperimentRequest&)>
      get;

  void Start(const CallContext& call, const v1::GetExperimentByNameRequest&,
             Done<v1::GetExperimentByNameResponse> done) {
    start(call, std::move(done));
  }
  std::function<void(const CallContext&, Done<v1::GetExperimentByNameResponse>)> start;
};

class TestService final : public Service {
 public:
  TestService(Domain& domain, const Unary& unary)
      : Service(v1::ExperimentService::service_full_name(), unary) {
    On("GetExperiment", domain, &Domain::Get);
    On("GetExperimentByName", domain, &Domain::Start);
  }
};

class UnaryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    domain_.get = [](const CallContext&, const v1::GetExperimentRequest& request) {
      v1::GetExperimentResponse response;
      response.mutable_experiment()->set_experiment_id(request.experiment_id());
      return response;
    };
    auto server = Server::Start({}, {&service_});
    ROOKERY_ASSERT_OK(server);
    server_ = *std::move(server);
    stub_ = v1::ExperimentService::NewStub(server_->InProcessChannel());
  }

  StatusOr<v1::GetExperimentResponse> Get(grpc::ClientContext& context,
                                          const std::string& id = "7") {
    v1::GetExperimentRequest request;
    request.set_experiment_id(id);
    v1::GetExperimentResponse response;
    Status status = FromGrpc(stub_->GetExperiment(&context, request, &response));
    if (!status.ok()) return status;
    return response;
  }

  StatusOr<std::string> Start(const std::string& name = "n",
                              const std::string& workspace = kDefaultWorkspace) {
    grpc::ClientContext context;
    context.AddMetadata(kWorkspaceKey, workspace);
    v1::GetExperimentByNameRequest request;
    request.set_experiment_name(name);
    v1::GetExperimentByNameResponse response;
    Status status = FromGrpc(stub_->GetExperimentByName(&context, request, &response));
    if (!status.ok()) return status;
    return response.experiment().name();
  }

  Domain domain_;
  // The executor's thread may still be on its way out of a wait when the test's body ends.
  absl::Notification busy_;
  absl::Notification release_;
  metrics::Registry registry_;
  Executor executor_{{.threads = 1, .max_queued = 1}};
  CallLog log_{&registry_, {v1::ExperimentService::service_full_name()}};
  KnownWorkspaces::Find find_ = [](const CallContext& call) -> StatusOr<AllowList> {
    if (call.workspace == "team") return AllowList();
    return absl::NotFoundError("none");
  };
  KnownWorkspaces workspaces_{[this](const CallContext& call) { return find_(call); }};
  Unary unary_{executor_, workspaces_, log_};
  TestService service_{domain_, unary_};
  std::unique_ptr<Server> server_;
  std::unique_ptr<v1::ExperimentService::Stub> stub_;
};

TEST_F(UnaryTest, AnswersWithWhatTheDomainReturns) {
  grpc::ClientContext context;
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto response, Get(context));
  EXPECT_EQ(response.experiment().experiment_id(), "7");
}

TEST_F(UnaryTest, RequiredFieldsAreCheckedBeforeTheDomainIsAsked) {
  domain_.get = [](const auto&, const auto&) -> StatusOr<v1::GetExperimentResponse> {
    return absl::InternalError("asked");
  };
  grpc::ClientContext context;
  EXPECT_THAT(Get(context, ""),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("Missing value for required parameter 'experiment_id'")));
}

TEST_F(UnaryTest, TheContextCarriesWorkspaceDeadlineAndRequestId) {
  CallContext seen;
  domain_.get = [&](const CallContext& call, const auto&) {
    seen = call;
    return v1::GetExperimentResponse();
  };
  grpc::ClientContext context;
  const absl::Time deadline = absl::Now() + absl::Minutes(1);
  context.set_deadline(absl::ToChronoTime(deadline));
  context.AddMetadata(kWorkspaceKey, "default");
  context.AddMetadata(kRequestIdKey, "r-1");
  ROOKERY_ASSERT_OK(Get(context));
  EXPECT_EQ(seen.workspace, "default");
  EXPECT_EQ(seen.request_id, "r-1");
  EXPECT_LT(absl::AbsDuration(seen.deadline - deadline), absl::Seconds(1));
}

TEST_F(UnaryTest, TheContextCarriesTheTrace) {
  CallContext seen;
  domain_.get = [&](const CallContext& call, const auto&) {
    seen = call;
    return v1::GetExperimentResponse();
  };
  constexpr char kTraceparent[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  grpc::ClientContext context;
  context.AddMetadata(kTraceparentKey, kTraceparent);
  ROOKERY_ASSERT_OK(Get(context));
  EXPECT_EQ(seen.traceparent, kTraceparent);
}

TEST_F(UnaryTest, IdsThatAreAbsentOrGarbageAreMadeAnew) {
  CallContext seen;
  domain_.get = [&](const CallContext& call, const auto&) {
    seen = call;
    return v1::GetExperimentResponse();
  };
  for (const char* garbage :
       {"", "00-nonsense", "two words", "00-00000000000000000000000000000000"}) {
    grpc::ClientContext context;
    context.AddMetadata(kTraceparentKey, garbage);
    if (std::string_view(garbage).find(' ') != std::string_view::npos) {
      context.AddMetadata(kRequestIdKey, garbage);
    }
    ROOKERY_ASSERT_OK(Get(context));
    EXPECT_EQ(ParseTraceparent(seen.traceparent), seen.traceparent);
    EXPECT_EQ(seen.request_id.size(), 16u);
  }
}

TEST_F(UnaryTest, CallsAreCountedByMethodAndCode) {
  grpc::ClientContext first;
  ROOKERY_ASSERT_OK(Get(first));
  grpc::ClientContext second;
  EXPECT_THAT(Get(second, ""), StatusIs(absl::StatusCode::kInvalidArgument));
  const std::string text = registry_.Text();
  const auto counted = [&](const std::string& code) {
    return "rookery_rpc_requests_total{code=\"" + code +
           "\",method=\"GetExperiment\",service=\"rookery.tracking.v1.ExperimentService\"} 1\n";
  };
  EXPECT_THAT(text, HasSubstr(counted("OK")));
  EXPECT_THAT(text, HasSubstr(counted("INVALID_ARGUMENT")));
  EXPECT_THAT(text, HasSubstr("rookery_rpc_duration_seconds_count{method=\"GetExperiment\","
                              "service=\"rookery.tracking.v1.ExperimentService\"} 2\n"));
}

TEST_F(UnaryTest, ACallUnderWayIsInFlight) {
  std::string during;
  domain_.get = [&](const auto&, const auto&) {
    during = registry_.Text();
    return v1::GetExperimentResponse();
  };
  grpc::ClientContext context;
  ROOKERY_ASSERT_OK(Get(context));
  const std::string gauge =
      "rookery_rpc_requests_in_flight{method=\"GetExperiment\","
      "service=\"rookery.tracking.v1.ExperimentService\"} ";
  EXPECT_THAT(during, HasSubstr(gauge + "1\n"));
  EXPECT_THAT(registry_.Text(), HasSubstr(gauge + "0\n"));
}

TEST_F(UnaryTest, EachCallIsOneLineAndAFailureAWarning) {
  const rookery::testing::LogLines lines;
  grpc::ClientContext good;
  good.AddMetadata(kRequestIdKey, "r-1");
  good.AddMetadata(kTraceparentKey, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  ROOKERY_ASSERT_OK(Get(good));
  domain_.get = [](const auto&, const auto&) -> StatusOr<v1::GetExperimentResponse> {
    return absl::UnavailableError("The disk\nis \"full\".");
  };
  grpc::ClientContext bad;
  EXPECT_FALSE(Get(bad).ok());
  domain_.get = [](const auto&, const auto&) -> StatusOr<v1::GetExperimentResponse> {
    return absl::NotFoundError("None.");
  };
  grpc::ClientContext missing;
  EXPECT_FALSE(Get(missing).ok());
  const std::string text = lines.text();
  EXPECT_THAT(text, ContainsRegex("debug request_id=r-1 trace_id=4bf92f3577b34da6a3ce929d0e0e4736 "
                                  "service=rookery.tracking.v1.ExperimentService "
                                  "method=GetExperiment code=OK duration_ms=[0-9.]+ "
                                  "workspace=default\n"));
  EXPECT_THAT(text, ContainsRegex("warning request_id=[0-9a-f]+ trace_id=[0-9a-f]+ .*"
                                  "code=UNAVAILABLE .*message="
                                  R"("The disk\\nis \\"full\\"\.")"));
  EXPECT_THAT(text, ContainsRegex("debug .*code=NOT_FOUND .*message=\"None[.]\"\n"));
}

TEST_F(UnaryTest, AnotherWorkspaceReachesTheDomain) {
  CallContext seen;
  domain_.get = [&](const CallContext& call, const auto&) {
    seen = call;
    return v1::GetExperimentResponse();
  };
  grpc::ClientContext context;
  context.AddMetadata(kWorkspaceKey, "team");
  ROOKERY_ASSERT_OK(Get(context));
  EXPECT_EQ(seen.workspace, "team");
}

TEST_F(UnaryTest, AMethodThatIsDoneLaterBeginsWhenItsWorkspaceIsFound) {
  std::string seen;
  domain_.start = [&](const CallContext& call, Done<v1::GetExperimentByNameResponse> done) {
    seen = call.workspace;
    done(v1::GetExperimentByNameResponse());
  };
  ROOKERY_ASSERT_OK(Start("n", "team"));
  EXPECT_EQ(seen, "team");
  EXPECT_THAT(Start("n", "other"), StatusIs(absl::StatusCode::kNotFound, HasSubstr("'other'")));
  find_ = [](const CallContext&) { return absl::UnavailableError("away"); };
  EXPECT_THAT(Start("n", "third"), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(seen, "team");
}

TEST_F(UnaryTest, AnUnknownWorkspaceIsNotFound) {
  grpc::ClientContext context;
  context.AddMetadata(kWorkspaceKey, "other");
  EXPECT_THAT(Get(context), StatusIs(absl::StatusCode::kNotFound, HasSubstr("'other'")));
}

TEST_F(UnaryTest, AFullQueueIsResourceExhausted) {
  executor_.Submit(absl::InfiniteFuture(), [&](const Status&) {
    busy_.Notify();
    release_.WaitForNotification();
  });
  busy_.WaitForNotification();
  executor_.Submit(absl::InfiniteFuture(), [](const Status&) {});
  grpc::ClientContext context;
  EXPECT_THAT(Get(context), StatusIs(absl::StatusCode::kResourceExhausted));
  release_.Notify();
}

TEST_F(UnaryTest, ADomainThatThrowsIsInternalAndTellsNothing) {
  domain_.get = [](const auto&, const auto&) -> StatusOr<v1::GetExperimentResponse> {
    throw std::runtime_error("secret");
  };
  grpc::ClientContext context;
  const auto result = Get(context);
  EXPECT_THAT(result, StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(result.status().ToString(), ::testing::Not(HasSubstr("secret")));
}

TEST_F(UnaryTest, AMethodThatIsDoneLaterHoldsNoThread) {
  absl::Notification started;
  Done<v1::GetExperimentByNameResponse> done;
  domain_.start = [&](const CallContext&, Done<v1::GetExperimentByNameResponse> given) {
    done = std::move(given);
    started.Notify();
  };
  StatusOr<std::string> answer;
  std::jthread caller([&] { answer = Start(); });
  started.WaitForNotification();
  // The executor has one thread.
  grpc::ClientContext context;
  ROOKERY_EXPECT_OK(Get(context));
  v1::GetExperimentByNameResponse response;
  response.mutable_experiment()->set_name("later");
  done(response);
  caller.join();
  ROOKERY_ASSERT_OK(answer);
  EXPECT_EQ(*answer, "later");
}

TEST_F(UnaryTest, AMethodThatIsDoneLaterFailsAsOthersDo) {
  domain_.start = [](const CallContext&, auto done) { done(absl::NotFoundError("none")); };
  EXPECT_THAT(Start(), StatusIs(absl::StatusCode::kNotFound, "none"));
  EXPECT_THAT(Start(""), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("required")));
  domain_.start = [](const CallContext&, const auto&) { throw std::runtime_error("secret"); };
  EXPECT_THAT(Start(), StatusIs(absl::StatusCode::kInternal, ::testing::Not(HasSubstr("secret"))));
}

TEST_F(UnaryTest, AGenericClientCallsByDescriptor) {
  const auto client = ClientOf(server_->InProcessChannel());
  const auto* method = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
      "rookery.tracking.v1.ExperimentService.GetExperiment");
  ASSERT_NE(method, nullptr);
  v1::GetExperimentRequest request;
  request.set_experiment_id("9");
  v1::GetExperimentResponse response;
  Status status;
  absl::Notification done;
  client->Unary(*method, {}, request, &response, [&](Status result) {
    status = std::move(result);
    done.Notify();
  });
  done.WaitForNotification();
  ROOKERY_EXPECT_OK(status);
  EXPECT_EQ(response.experiment().experiment_id(), "9");
}

TEST(MetadataTest, OnlyPrintableAsciiCanBeCarried) {
  EXPECT_TRUE(IsMetadataValue("a b~"));
  EXPECT_FALSE(IsMetadataValue("a\nb"));
  EXPECT_FALSE(IsMetadataValue("\xc3\xbc"));
}

}  // namespace
}  // namespace rookery::rpc
