#include "sidecar/ingress/ingest.h"

#include <absl/synchronization/notification.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "sidecar/forward/upstream.h"
#include "sidecar/spool/file_system.h"

namespace rookery::sidecar {
namespace {

namespace v1 = tracking::v1;
using ::testing::ElementsAre;
using Is = spool::Reader::Item::Is;

// An upstream that is away.
class NoClient final : public rpc::GenericClient {
 public:
  rpc::Canceller Unary(const google::protobuf::MethodDescriptor&, const rpc::CallOptions&,
                       const google::protobuf::Message&, google::protobuf::Message*,
                       std::function<void(Status)> done) override {
    done(absl::UnavailableError("away"));
    return rpc::Canceller();
  }
  std::unique_ptr<rpc::ClientStream> Stream(const google::protobuf::MethodDescriptor&,
                                            const rpc::CallOptions&) override {
    return nullptr;
  }
};

class IngestTest : public ::testing::Test {
 protected:
  IngestTest() : folder_(::testing::TempDir() + "/ingestXXXXXX") {
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
    Start();
    epoch_ = Open().epoch();
  }
  ~IngestTest() override {
    Stop();
    std::filesystem::remove_all(folder_);
  }

  void Start() {
    spool::Options options;
    options.folder = folder_ + "/spool";
    options.segment_bytes = 64 << 10;
    options.max_bytes = 16 * options.segment_bytes;
    options.max_payload_bytes = 24 << 10;
    auto opened = Journal::Open(spool::FileSystem::Posix(), Clock::Real(), options);
    ASSERT_TRUE(opened.ok()) << opened.status();
    journal_ = *std::move(opened);
    upstream_ = std::make_unique<Upstream>(std::make_shared<NoClient>(), [] { return ""; });
    forwarder_ = std::make_unique<Forwarder>(*journal_, *upstream_, folder_ + "/quarantine",
                                             nullptr, Clock::Real());
    ingest_ = std::make_unique<Ingest>(*journal_, *forwarder_, absl::Seconds(30), nullptr);
  }
  void Stop() {
    ingest_.reset();
    forwarder_.reset();
    upstream_.reset();
    journal_.reset();
  }

  v1::OpenProducerResponse Open() {
    v1::OpenProducerRequest request;
    request.set_producer_id("p");
    StatusOr<v1::OpenProducerResponse> response;
    absl::Notification done;
    ingest_->Open(call_, request, [&](StatusOr<v1::OpenProducerResponse> opened) {
      response = std::move(opened);
      done.Notify();
    });
    done.WaitForNotification();
    EXPECT_TRUE(response.ok()) << response.status();
    return *response;
  }
  // Points whose steps are their numbers.
  v1::IngestRequest Request(int64_t first, int count) {
    v1::IngestRequest request;
    request.set_producer_id("p");
    request.set_epoch(epoch_);
    request.set_first_seq(first);
    v1::MetricColumns* columns = request.add_runs()->mutable_metrics();
    columns->set_run_id("0123456789abcdef0123456789abcdef");
    columns->add_keys("loss");
    columns->add_key_index(0);
    columns->add_key_points(static_cast<uint32_t>(count));
    for (int i = 0; i < count; ++i) {
      columns->add_step(first + i);
      columns->add_timestamp_ms(1000);
      columns->add_value(0.5);
    }
    return request;
  }
  StatusOr<v1::IngestResponse> Write(const v1::IngestRequest& request, Ack ack = Ack::kDurable) {
    StatusOr<v1::IngestResponse> response;
    absl::Notification done;
    ingest_->Write(call_, request, ack, [&](StatusOr<v1::IngestResponse> answer) {
      response = std::move(answer);
      done.Notify();
    });
    done.WaitForNotification();
    return response;
  }
  static std::string Next(const StatusOr<v1::IngestResponse>& answer) {
    return answer.ok() ? std::to_string(answer->next_seq()) : Facts(answer.status())["next_seq"];
  }
  std::vector<WriteRecord> Spooled() {
    std::vector<WriteRecord> records;
    const auto lane = journal_->spool().LaneOf("default");
    const auto reader = journal_->spool().Read(*lane, {});
    for (;;) {
      const auto item = reader->Next();
      EXPECT_TRUE(item.ok());
      if (!item.ok() || item->is == Is::kEnd) return records;
      EXPECT_EQ(item->is, Is::kRecord);
      if (item->record.kind != spool::Kind::kData) continue;
      EXPECT_TRUE(records.emplace_back().ParseFromString(std::string(item->record.payload)));
      EXPECT_EQ(ThingsOf(records.back()), item->record.things);
    }
  }
  // Of all points, in the order of the log.
  std::vector<int64_t> Steps() {
    std::vector<int64_t> steps;
    for (const WriteRecord& record : Spooled()) {
      for (const auto& run : record.runs()) {
        steps.insert(steps.end(), run.metrics().step().begin(), run.metrics().step().end());
      }
    }
    return steps;
  }
  static std::vector<int64_t> UpTo(int64_t count) {
    std::vector<int64_t> numbers;
    for (int64_t i = 0; i < count; ++i) numbers.push_back(i);
    return numbers;
  }

  std::string folder_;
  CallContext call_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<Upstream> upstream_;
  std::unique_ptr<Forwarder> forwarder_;
  std::unique_ptr<Ingest> ingest_;
  int64_t epoch_ = 0;
};

TEST_F(IngestTest, ARequestIsARecord) {
  EXPECT_EQ(Next(Write(Request(0, 10))), "10");
  EXPECT_EQ(Next(Write(Request(10, 5))), "15");
  EXPECT_EQ(Steps(), UpTo(15));
  const auto records = Spooled();
  ASSERT_EQ(records.size(), 2);
  EXPECT_EQ(records[1].producer().next_seq(), 15);
  EXPECT_EQ(records[1].points_before(), 10);
}

TEST_F(IngestTest, ARepeatIsAcknowledgedAndNotStored) {
  EXPECT_EQ(Next(Write(Request(0, 10))), "10");
  EXPECT_EQ(Next(Write(Request(0, 10))), "10");
  EXPECT_EQ(Next(Write(Request(3, 2), Ack::kBuffered)), "10");
  EXPECT_EQ(Steps(), UpTo(10));
}

TEST_F(IngestTest, AnOverlapIsCut) {
  EXPECT_EQ(Next(Write(Request(0, 10))), "10");
  EXPECT_EQ(Next(Write(Request(6, 10))), "16");
  EXPECT_EQ(Steps(), UpTo(16));
}

TEST_F(IngestTest, AnOverlapIsCutWithinKeysParamsAndTags) {
  v1::IngestRequest request = Request(0, 4);
  v1::MetricColumns& columns = *request.mutable_runs(0)->mutable_metrics();
  columns.add_keys("accuracy");
  columns.set_key_points(0, 3);
  columns.add_key_index(1);
  columns.add_key_points(1);
  for (const char* name : {"a", "b"}) {
    v1::Param& param = *request.mutable_runs(0)->add_params();
    param.set_key(name);
    param.set_value("1");
  }
  v1::IngestRequest begin = Request(0, 2);
  ASSERT_EQ(Next(Write(begin)), "2");
  EXPECT_EQ(Next(Write(request)), "6");
  request.mutable_runs(0)->mutable_end()->set_status(v1::FINISHED);
  EXPECT_EQ(Next(Write(request)), "7");
  const auto records = Spooled();
  ASSERT_EQ(records.size(), 3);
  const v1::MetricColumns& cut = records[1].runs(0).metrics();
  EXPECT_THAT(cut.step(), ElementsAre(2, 3));
  EXPECT_THAT(cut.key_index(), ElementsAre(0, 1));
  EXPECT_THAT(cut.key_points(), ElementsAre(1, 1));
  EXPECT_EQ(records[1].runs(0).params_size(), 2);
  EXPECT_EQ(records[2].runs(0).metrics().value_size(), 0);
  EXPECT_EQ(records[2].runs(0).params_size(), 0);
  EXPECT_EQ(records[2].runs(0).end().status(), v1::FINISHED);
}

TEST_F(IngestTest, AGapIsRefusedWithTheExpectedNumber) {
  EXPECT_EQ(Next(Write(Request(0, 10))), "10");
  const auto answer = Write(Request(12, 1));
  EXPECT_TRUE(absl::IsOutOfRange(answer.status()));
  EXPECT_EQ(Next(answer), "10");
  EXPECT_EQ(Steps(), UpTo(10));
}

TEST_F(IngestTest, ANoticedGapIsSeenOnTheRunOnce) {
  EXPECT_EQ(Next(Write(Request(0, 10))), "10");
  v1::IngestRequest request = Request(15, 1);
  request.mutable_gap()->set_first_seq(8);
  request.mutable_gap()->set_last_seq(14);
  request.mutable_gap()->set_reason("the \"disk\" broke");
  request.mutable_gap()->add_run_ids(request.runs(0).metrics().run_id());
  EXPECT_EQ(Next(Write(request)), "16");
  EXPECT_EQ(Next(Write(request)), "16");
  const auto records = Spooled();
  ASSERT_EQ(records.size(), 3);
  const v1::RunTag& tag = records[1].runs(0).tags(0);
  EXPECT_EQ(tag.key(), "rookery.gaps.p.10");
  EXPECT_EQ(tag.value(), R"({"first_seq": 10, "last_seq": 14, "reason": "the \"disk\" broke"})");
}

TEST_F(IngestTest, AnOlderEpochIsFencedAndAStrangerUnknown) {
  const int64_t old = epoch_;
  EXPECT_GT(epoch_ = Open().epoch(), old);
  v1::IngestRequest request = Request(0, 1);
  request.set_epoch(old);
  const auto fenced = Write(request);
  EXPECT_TRUE(absl::IsFailedPrecondition(fenced.status()));
  EXPECT_EQ(Facts(fenced.status())["epoch"], std::to_string(epoch_));
  request.set_producer_id("stranger");
  EXPECT_TRUE(absl::IsNotFound(Write(request).status()));
  EXPECT_THAT(Steps(), ElementsAre());
}

TEST_F(IngestTest, WhatIsNotValidIsRefused) {
  v1::IngestRequest request = Request(0, 2);
  request.mutable_runs(0)->mutable_metrics()->set_key_index(0, 1);
  const auto answer = Write(request);
  EXPECT_TRUE(absl::IsInvalidArgument(answer.status()));
  EXPECT_THAT(std::string(answer.status().message()), ::testing::HasSubstr("key_index[0] is 1"));
  EXPECT_EQ(Next(Write(Request(0, 1))), "1");
}

TEST_F(IngestTest, AStartKnowsWhatWasWritten) {
  EXPECT_EQ(Next(Write(Request(0, 10))), "10");
  Stop();
  Start();
  EXPECT_EQ(Next(Write(Request(5, 10))), "15");
  EXPECT_EQ(Open().next_seq(), 15);
  EXPECT_EQ(Steps(), UpTo(15));
  EXPECT_EQ(forwarder_->points().taken, 15);
}

TEST_F(IngestTest, AFullSpoolIsToldAndTakesNoNumber) {
  int64_t next = 0;
  Status status;
  while (status.ok()) {
    const auto answer = Write(Request(next, 800));
    status = answer.status();
    if (answer.ok()) next = answer->next_seq();
  }
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_GT(next, 0);
  EXPECT_EQ(Open().next_seq(), next);
}

TEST_F(IngestTest, WritersOfOneProducerTakeEachNumberOnce) {
  constexpr int kRequests = 200;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      for (int n = 0; n < kRequests; ++n) {
        // Who is too early tries again; who is late repeats.
        while (!Write(Request(n, 1)).ok()) std::this_thread::yield();
      }
    });
  }
  threads.clear();
  EXPECT_EQ(Steps(), UpTo(kRequests));
}

}  // namespace
}  // namespace rookery::sidecar
