#include "sidecar/forward/ingest_call.h"

#include <gtest/gtest.h>

#include "sidecar/testing/sidecar_test.h"

namespace rookery::sidecar {
namespace {

class IngestCallTest : public SidecarTest {
 protected:
  IngestCallTest() {
    tracking::v1::OpenProducerRequest request;
    tracking::v1::OpenProducerResponse response;
    ROOKERY_EXPECT_OK(upstream_.Call(MethodNamed("rookery.tracking.v1.MetricService.OpenProducer"),
                                     "default", request, &response, absl::Seconds(30)));
    epoch_ = response.epoch();
  }

  // Of one point.
  EncodedIngest Request(int64_t first_seq) {
    tracking::v1::RunIngest run;
    auto& columns = *run.mutable_metrics();
    columns.set_run_id("r");
    columns.add_value(static_cast<double>(first_seq));
    EncodedIngest request;
    request.set_epoch(epoch_);
    request.set_first_seq(first_seq);
    request.add_runs(run.SerializeAsString());
    return request;
  }

  Upstream upstream_{fake_, [] { return std::string(); }};
  int64_t epoch_ = 0;
};

TEST_F(IngestCallTest, AnswersComeInTheOrderOfTheRequests) {
  IngestCall call(upstream_, "default");
  EXPECT_TRUE(call.AllAnswered());
  for (int i = 0; i < 3; ++i) call.Send(Request(i));
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(call.IsNext(i));
    const auto answer = call.Answer(absl::Seconds(30));
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->next_seq(), i + 1);
  }
  EXPECT_TRUE(call.AllAnswered());
  EXPECT_FALSE(call.IsNext(3));
  EXPECT_EQ(fake_->stored()["r"].size(), 3);
}

TEST_F(IngestCallTest, AnErrorIsTheUpstreams) {
  IngestCall call(upstream_, "default");
  call.Send(Request(0));
  call.Send(Request(5));
  EXPECT_TRUE(call.Answer(absl::Seconds(30)).ok());
  EXPECT_TRUE(absl::IsOutOfRange(call.Answer(absl::Seconds(30)).status()));
  EXPECT_FALSE(upstream_.away());
}

TEST_F(IngestCallTest, AnUpstreamThatDoesNotAnswerInTimeIsAway) {
  fake_->FailBefore([](const std::string&) { return absl::CancelledError("nothing is said"); });
  IngestCall call(upstream_, "default");
  call.Send(Request(0));
  EXPECT_TRUE(absl::IsDeadlineExceeded(call.Answer(absl::Milliseconds(20)).status()));
  EXPECT_TRUE(upstream_.away());
  fake_->FailBefore({});
}

TEST_F(IngestCallTest, WhatIsNotAnsweredKeepsNobodyWaitingAtTheEnd) {
  fake_->FailBefore([](const std::string&) { return absl::CancelledError("nothing is said"); });
  auto call = std::make_unique<IngestCall>(upstream_, "default");
  call->Send(Request(0));
  call.reset();
  EXPECT_FALSE(upstream_.away());
}

}  // namespace
}  // namespace rookery::sidecar
