// Numbers of lanes: large ones, those that are left out, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <future>
#include <limits>
#include <string>

#include "libs/base/testing/status_matchers.h"
#include "sidecar/spool/testing/spool_case.h"

namespace rookery::spool {
namespace {

using ::rookery::testing::IsOk;
using ::rookery::testing::StatusIs;
using ::testing::_;
using ::testing::IsEmpty;
using testing::Life;
using testing::ReadAll;
using testing::ReadLane;
using testing::Seen;
using testing::SimulatedDisk;
using ::testing::SizeIs;
using testing::SmallOptions;

TEST(Numbers, AreWide) {
  for (const int64_t start : {(int64_t{1} << 16) - 3, (int64_t{1} << 31) - 3,
                              (int64_t{1} << 32) - 3, (int64_t{1} << 62) - 3}) {
    SimulatedDisk disk;
    {
      Life life(disk);
      life.lane();
      life.spool().RaiseNextSeq(0, start);
      EXPECT_EQ(life.spool().Lanes()[0].next_seq, start);
      for (int64_t i = 0; i < 3; ++i) EXPECT_EQ(life.Append("x", 5)->first_seq, start + i * 5);
    }
    Life life(disk);
    EXPECT_EQ(life.spool().Lanes()[0].next_seq, start + 15);
    const Seen seen = ReadAll(*life.spool().ReadFrom(0, start + 7));
    ASSERT_THAT(seen.rows, SizeIs(2));
    EXPECT_EQ(seen.rows[0].first_seq, start + 5);
    EXPECT_THAT(ReadLane(life.spool(), 0).gaps, IsEmpty());
  }
}

TEST(Numbers, LeftOutOnesAreNoGap) {
  SimulatedDisk disk;
  for (int64_t life_number = 0; life_number < 3; ++life_number) {
    Life life(disk);
    life.spool().RaiseNextSeq(life.lane(), life_number * 100);
    life.spool().RaiseNextSeq(life.lane(), 7);
    for (int i = 0; i < 20; ++i) ASSERT_THAT(life.Append(std::string(1000, 'x')), IsOk());
    life.spool().RaiseNextSeq(life.lane(), life_number * 100 + 50);
    EXPECT_EQ(life.Append("x")->first_seq, life_number * 100 + 50);
    const Seen seen = ReadLane(life.spool(), 0);
    EXPECT_THAT(seen.rows, SizeIs((life_number + 1) * 21));
    EXPECT_THAT(seen.gaps, IsEmpty());
  }
}

TEST(Numbers, EndBeforeTheyTurnOver) {
  SimulatedDisk disk;
  Life life(disk);
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  life.spool().RaiseNextSeq(life.lane(), kMax - 5);
  EXPECT_THAT(life.Append("x", 6), StatusIs(absl::StatusCode::kInvalidArgument, _));
  EXPECT_THAT(life.Append("x", 5), IsOk());
  EXPECT_THAT(life.Append("x", 1), StatusIs(absl::StatusCode::kInvalidArgument, _));
  EXPECT_THAT(ReadLane(life.spool(), 0).rows, SizeIs(1));
}

TEST(Numbers, OfCallsAreThoseThatFollow) {
  SimulatedDisk disk;
  Life life(disk);
  const auto call = [&](const char* payload) {
    std::promise<int64_t> seq;
    life.spool().Append({.kind = Kind::kCall, .lane = life.lane(), .payload = payload},
                        [&](const StatusOr<Appended>& done) { seq.set_value(done->first_seq); });
    return seq.get_future().get();
  };
  EXPECT_EQ(call("before 0"), 0);
  EXPECT_EQ(life.Append("0", 2)->first_seq, 0);
  EXPECT_EQ(call("before 2"), 2);
  EXPECT_EQ(life.Append("2")->first_seq, 2);
  // A call just before the number may not have been made; earlier ones were.
  EXPECT_THAT(Payloads(ReadAll(*life.spool().ReadFrom(0, 0))),
              ::testing::ElementsAre("before 0", "0", "before 2", "2"));
  EXPECT_THAT(Payloads(ReadAll(*life.spool().ReadFrom(0, 1))),
              ::testing::ElementsAre("0", "before 2", "2"));
  EXPECT_THAT(Payloads(ReadAll(*life.spool().ReadFrom(0, 2))),
              ::testing::ElementsAre("before 2", "2"));
}

TEST(Numbers, WhatDoesNotFitIsRefused) {
  SimulatedDisk disk;
  Life life(disk);
  const Options options = SmallOptions();
  EXPECT_THAT(life.Append(std::string(options.max_payload_bytes, 'x')), IsOk());
  EXPECT_THAT(life.Append(std::string(options.max_payload_bytes + 1, 'x')),
              StatusIs(absl::StatusCode::kInvalidArgument, _));
  EXPECT_THAT(life.Append("x", -1), StatusIs(absl::StatusCode::kInvalidArgument, _));
  EXPECT_THAT(life.Append("x", int64_t{1} << 31), StatusIs(absl::StatusCode::kInvalidArgument, _));
  EXPECT_THAT(life.spool().LaneOf(""), StatusIs(absl::StatusCode::kInvalidArgument, _));
  EXPECT_THAT(life.spool().LaneOf(std::string(257, 'x')),
              StatusIs(absl::StatusCode::kInvalidArgument, _));
  Status refused;
  life.spool().Append({.lane = 99}, [&](const auto& done) { refused = done.status(); });
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument, _));
}

TEST(Numbers, OfLanesHaveAnEnd) {
  SimulatedDisk disk;
  Life life(disk);
  int lanes = 0;
  const auto name = [&] { return std::string(200, 'n') + std::to_string(lanes); };
  while (life.spool().LaneOf(name()).ok()) ASSERT_LT(++lanes, 100);
  EXPECT_GT(lanes, 5);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < lanes; ++i) {
      EXPECT_THAT(life.Append(std::string(1000, 'x'), 1, std::string(200, 'n') + std::to_string(i)),
                  IsOk());
    }
  }
  life.Close();
  Life again(disk);
  EXPECT_THAT(again.spool().Lanes(), SizeIs(lanes));
  for (int i = 0; i < lanes; ++i) EXPECT_THAT(ReadLane(again.spool(), i).rows, SizeIs(3));
}

}  // namespace
}  // namespace rookery::spool
