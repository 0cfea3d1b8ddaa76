#include "services/tracking/domain/compactor.h"

#include <gtest/gtest.h>

#include "libs/db/testing/forwarding_database.h"
#include "services/tracking/store/segment_store.h"
#include "services/tracking/testing/tracking_test.h"

namespace rookery::tracking {
namespace {

// A database that goes and comes back.
class ShakyDatabase final : public rookery::testing::ForwardingDatabase {
 public:
  using ForwardingDatabase::ForwardingDatabase;

  bool is_away = false;

 protected:
  Status RunRead(const db::Patience& patience, BodyRef body) override {
    RETURN_IF_ERROR(Look());
    return ForwardingDatabase::RunRead(patience, body);
  }
  Status RunWrite(const db::Patience& patience, BodyRef body) override {
    RETURN_IF_ERROR(Look());
    return ForwardingDatabase::RunWrite(patience, body);
  }

 private:
  Status Look() const { return is_away ? absl::UnavailableError("away") : absl::OkStatus(); }
};

class CompactorTest : public testing::TrackingTest {
 protected:
  void SetUp() override {
    TrackingTest::SetUp();
    run_ = MakeRun();
  }

  void Append(int count) { AppendTo(run_, count); }
  // So many segments.
  void AppendTo(const std::string& run_id, int count, int points = 1) {
    for (int i = 0; i < count; ++i) {
      std::vector<store::RunPoints> runs(1);
      runs[0].run_id = run_id;
      runs[0].points.keys = {"loss"};
      for (int point = 0; point < points; ++point) {
        ++step_;
        runs[0].points.columns.Add(0, 0, step_, step_, 0.5);
      }
      ROOKERY_ASSERT_OK(database_->Write(absl::InfiniteFuture(), [&](db::Transaction& txn) {
        return metrics_.Append(txn, "default", &runs);
      }));
      compactor_.Notice("default", run_id);
    }
  }
  size_t Segments() { return SegmentsOf(run_); }
  size_t SegmentsOf(const std::string& run_id) {
    const auto run = database_->Read(absl::InfiniteFuture(), [&](db::Transaction& txn) {
      return store::RunSegments::LoadAfter(txn, "default", run_id, 0, 1000);
    });
    ROOKERY_EXPECT_OK(run);
    return run->segments().size();
  }

  std::string run_;
  int64_t step_ = 0;
  FakeClock quiet_clock_;
  Compactor compactor_{*database_, quiet_clock_, {.many = 16, .has_thread = false}};
};

TEST_P(CompactorTest, ManySegmentsAreMergedAtOnce) {
  Append(15);
  EXPECT_FALSE(compactor_.Step());
  EXPECT_EQ(Segments(), 15);
  Append(1);
  EXPECT_TRUE(compactor_.Step());
  EXPECT_EQ(Segments(), 1);
  EXPECT_FALSE(compactor_.Step());
}

TEST_P(CompactorTest, AQuietRunIsMergedAsFarAsItGoes) {
  Append(3);
  quiet_clock_.Advance(absl::Seconds(9));
  EXPECT_FALSE(compactor_.Step());
  quiet_clock_.Advance(absl::Seconds(1));
  EXPECT_TRUE(compactor_.Step());
  EXPECT_EQ(Segments(), 1);
  EXPECT_FALSE(compactor_.Step());
}

TEST_P(CompactorTest, ARunThatIsWrittenToAgainIsNotQuiet) {
  Append(2);
  quiet_clock_.Advance(absl::Seconds(7));
  Append(1);
  quiet_clock_.Advance(absl::Seconds(7));
  EXPECT_FALSE(compactor_.Step());
  quiet_clock_.Advance(absl::Seconds(20));
  EXPECT_TRUE(compactor_.Step());
  EXPECT_EQ(Segments(), 1);
  EXPECT_FALSE(compactor_.Step());
}

TEST_P(CompactorTest, WhatAnotherProcessLeftIsFound) {
  Append(20);
  Compactor successor(*database_, quiet_clock_, {.many = 16, .has_thread = false});
  EXPECT_FALSE(successor.Step());
  ROOKERY_ASSERT_OK(successor.FindBacklog());
  EXPECT_TRUE(successor.Step());
  EXPECT_EQ(Segments(), 1);
}

TEST_P(CompactorTest, RunsThatAreDueTogetherAreMergedInOneStep) {
  const std::string other = MakeRun();
  AppendTo(other, 16);
  Append(16);
  EXPECT_TRUE(compactor_.Step());
  EXPECT_EQ(Segments(), 1);
  EXPECT_EQ(SegmentsOf(other), 1);
  EXPECT_FALSE(compactor_.Step());
}

TEST_P(CompactorTest, LargeMergesOfRunsThatAreDueTogetherAreStepsOfTheirOwn) {
  const std::string other = MakeRun();
  for (const std::string& run_id : {run_, other}) AppendTo(run_id, 16, 2500);
  EXPECT_TRUE(compactor_.Step());
  EXPECT_EQ(SegmentsOf(run_) + SegmentsOf(other), 16 + 16);
  EXPECT_TRUE(compactor_.Step());
  EXPECT_EQ(SegmentsOf(run_) + SegmentsOf(other), 1 + 16);
  EXPECT_TRUE(compactor_.Step());
  EXPECT_EQ(SegmentsOf(run_) + SegmentsOf(other), 1 + 1);
  EXPECT_FALSE(compactor_.Step());
}

TEST_P(CompactorTest, LargeMergesOfSeveralRunsAreOneStepThoughNewPointsFollow) {
  const std::string other = MakeRun();
  for (const std::string& run_id : {run_, other}) {
    AppendTo(run_id, 16, 600);
    AppendTo(run_id, 1);
  }
  EXPECT_TRUE(compactor_.Step());
  EXPECT_TRUE(compactor_.Step());
  EXPECT_EQ(SegmentsOf(run_), 2);
  EXPECT_EQ(SegmentsOf(other), 2);
  EXPECT_FALSE(compactor_.Step());
}

constexpr db::Statement kDamage{
    "Damage", "UPDATE metric_segments SET data = $1 WHERE run_id = $2 AND segment_no = $3"};

TEST_P(CompactorTest, ADamagedRunDoesNotKeepOthersFromBeingMerged) {
  const std::string other = MakeRun();
  AppendTo(other, 16);
  Append(16);
  ROOKERY_ASSERT_OK(database_->Write(absl::InfiniteFuture(), [&](db::Transaction& txn) {
    return txn.Execute(kDamage, {db::Bytes{"rubbish"}, other, int64_t{4}});
  }));
  EXPECT_TRUE(compactor_.Step());
  EXPECT_EQ(Segments(), 1);
  EXPECT_EQ(SegmentsOf(other), 16);
}

TEST_P(CompactorTest, RunsWhoseMergesFailedWithTheDatabaseAreMergedLater) {
  const std::string other = MakeRun();
  AppendTo(other, 16);
  Append(3);
  ShakyDatabase shaky(*database_);
  Compactor compactor(shaky, quiet_clock_, {.many = 16, .has_thread = false});
  for (int i = 0; i < 16; ++i) compactor.Notice("default", other);
  compactor.Notice("default", run_);
  shaky.is_away = true;
  // Many segments, then a quiet run.
  EXPECT_TRUE(compactor.Step());
  quiet_clock_.Advance(absl::Seconds(11));
  EXPECT_TRUE(compactor.Step());
  // Not over and over.
  EXPECT_FALSE(compactor.Step());
  shaky.is_away = false;
  EXPECT_FALSE(compactor.Step());
  quiet_clock_.Advance(absl::Seconds(11));
  EXPECT_TRUE(compactor.Step());
  EXPECT_EQ(SegmentsOf(other), 1);
  EXPECT_EQ(Segments(), 1);
}

TEST_P(CompactorTest, MergesThatCanWaitAreNotAheadOfTheVacuum) {
  const std::string quick = MakeRun();
  const std::string large = MakeRun();
  rookery::testing::SlowVacuum slow(*database_);
  Compactor compactor(slow, quiet_clock_, {.many = 16, .has_thread = false, .worth_reclaiming = 1});
  const auto append = [&](const std::string& run_id, int count, int points = 1) {
    AppendTo(run_id, count, points);
    for (int i = 0; i < count; ++i) compactor.Notice("default", run_id);
  };
  append(quick, 16);
  EXPECT_TRUE(compactor.Step());
  slow.began.WaitForNotification();
  // What these leave dead the vacuum has not seen.
  append(quick, 16);
  EXPECT_TRUE(compactor.Step());
  EXPECT_EQ(SegmentsOf(quick), 2);
  append(run_, 3);
  quiet_clock_.Advance(absl::Seconds(11));
  append(large, 16, 600);
  // That of a quick job, which finds the large one, and of quiet runs, which are put off.
  EXPECT_TRUE(compactor.Step());
  EXPECT_TRUE(compactor.Step());
  EXPECT_FALSE(compactor.Step());
  EXPECT_EQ(SegmentsOf(large), 16);
  EXPECT_EQ(Segments(), 3);
  // Quick ones do not wait.
  append(quick, 16);
  EXPECT_TRUE(compactor.Step());
  EXPECT_EQ(SegmentsOf(quick), 3);

  slow.may_end.Notify();
  while (slow.vacuums < 2) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_TRUE(compactor.Step());
  EXPECT_EQ(SegmentsOf(large), 1);
  quiet_clock_.Advance(absl::Seconds(11));
  EXPECT_TRUE(compactor.Step());
  EXPECT_EQ(Segments(), 1);
}

TEST_P(CompactorTest, TwoCompactorsAndAWriterLoseNothing) {
  testing::AtOnce(3, [&](int worker) {
    if (worker == 0) return Append(150);
    Compactor other(*database_, quiet_clock_, {.many = 16, .has_thread = false});
    for (int i = 0; i < 40; ++i) {
      ROOKERY_EXPECT_OK(other.FindBacklog());
      while (other.Step()) {
      }
    }
  });
  store::Metrics history;
  ROOKERY_ASSERT_OK(database_->Read(absl::InfiniteFuture(), [&](db::Transaction& txn) {
    return metrics_.ReadHistory(txn, "default", run_, "loss", {}, 1000, &history);
  }));
  EXPECT_EQ(history.size(), 150);
  const auto run = database_->Read(absl::InfiniteFuture(), [&](db::Transaction& txn) {
    return store::RunSegments::LoadAfter(txn, "default", run_, 0, 1000);
  });
  ROOKERY_ASSERT_OK(run);
  uint64_t stored = 0;
  for (const auto& segment : run->segments()) stored += segment.directory.points();
  EXPECT_EQ(stored, 150);
}

INSTANTIATE_TEST_SUITE_P(All, CompactorTest,
                         ::testing::ValuesIn(rookery::testing::AllTestDatabases()),
                         rookery::testing::TestDatabaseName());

}  // namespace
}  // namespace rookery::tracking
