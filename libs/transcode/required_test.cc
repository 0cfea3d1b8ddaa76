#include "libs/transcode/required.h"

#include <gmock/gmock.h>
#include <google/api/field_behavior.pb.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "libs/base/testing/status_matchers.h"
#include "libs/transcode/testing/transcode_test.pb.h"

namespace rookery::transcode {
namespace {

using testing::DemandingRequest;

// The name of the missing parameter, or "".
std::string Missing(const google::protobuf::Message& request) {
  const Status status = CheckRequired(request);
  if (status.ok()) return "";
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  const std::string message(status.message());
  const std::string begin = "Missing value for required parameter '";
  const std::string end = "'. See the API docs for more information about request parameters.";
  EXPECT_TRUE(message.starts_with(begin) && message.ends_with(end)) << message;
  return message.substr(begin.size(), message.size() - begin.size() - end.size());
}

DemandingRequest Complete() {
  DemandingRequest request;
  request.set_id("x");
  request.add_inners()->set_name("n");
  request.set_flag(false);
  return request;
}

TEST(Required, ACompleteRequestPasses) { EXPECT_EQ(Missing(Complete()), ""); }

TEST(Required, AnAbsentOrEmptyStringIsMissing) {
  DemandingRequest request = Complete();
  request.clear_id();
  EXPECT_EQ(Missing(request), "id");
  request.set_id("");
  EXPECT_EQ(Missing(request), "id");
}

TEST(Required, AnEmptyListIsMissing) {
  DemandingRequest request = Complete();
  request.clear_inners();
  EXPECT_EQ(Missing(request), "inners");
}

TEST(Required, AnAbsentBoolIsMissingAndAFalseOneIsNot) {
  DemandingRequest request = Complete();
  request.clear_flag();
  EXPECT_EQ(Missing(request), "flag");
  request.set_flag(false);
  EXPECT_EQ(Missing(request), "");
}

TEST(Required, ElementsOfListsAreChecked) {
  DemandingRequest request = Complete();
  request.add_inners()->set_count(1);
  EXPECT_EQ(Missing(request), "inners[1].name");
}

TEST(Required, MessagesThatAreSetAreChecked) {
  DemandingRequest request = Complete();
  request.mutable_inner();
  EXPECT_EQ(Missing(request), "inner.name");
}

TEST(Required, TypesThatContainThemselvesAreCheckedToTheBottom) {
  DemandingRequest request = Complete();
  auto* inner = request.mutable_inners(0)->mutable_inner();
  inner->set_name("a");
  inner->mutable_inner();
  EXPECT_EQ(Missing(request), "inners[0].inner.inner.name");
}

TEST(Required, ValuesOfMapsAreChecked) {
  DemandingRequest request = Complete();
  (*request.mutable_by_name())["k"];
  EXPECT_EQ(Missing(request), "by_name[0].value.name");
}

TEST(Required, AMessagesOwnFieldsComeFirst) {
  DemandingRequest request;
  request.mutable_inner();
  EXPECT_EQ(Missing(request), "id");
}

TEST(Required, ATypeThatAsksForNothingPasses) {
  testing::EasyRequest request;
  request.mutable_again()->mutable_again();
  EXPECT_EQ(Missing(request), "");
}

TEST(Required, TypesMadeAtRunTimeAreCheckedAndForgotten) {
  // The second round may find its type where the first had one with other rules.
  for (const bool required : {true, false, true}) {
    google::protobuf::FileDescriptorProto file;
    file.set_name("dynamic.proto");
    auto* type = file.add_message_type();
    type->set_name("Dynamic");
    auto* field = type->add_field();
    field->set_name("id");
    field->set_number(1);
    field->set_label(google::protobuf::FieldDescriptorProto::LABEL_OPTIONAL);
    field->set_type(google::protobuf::FieldDescriptorProto::TYPE_STRING);
    if (required) {
      field->mutable_options()->AddExtension(google::api::field_behavior, google::api::REQUIRED);
    }
    google::protobuf::DescriptorPool pool(google::protobuf::DescriptorPool::generated_pool());
    google::protobuf::DynamicMessageFactory factory;
    const auto* built = pool.BuildFile(file);
    const std::unique_ptr<google::protobuf::Message> request(
        factory.GetPrototype(built->message_type(0))->New());
    EXPECT_EQ(Missing(*request), required ? "id" : "");
  }
}

TEST(Required, ManyThreadsMayAskAtOnce) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([] {
      for (int j = 0; j < 1000; ++j) {
        ROOKERY_EXPECT_OK(CheckRequired(Complete()));
        EXPECT_FALSE(CheckRequired(DemandingRequest()).ok());
        ROOKERY_EXPECT_OK(CheckRequired(testing::EasyRequest()));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace rookery::transcode
