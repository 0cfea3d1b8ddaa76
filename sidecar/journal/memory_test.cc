#include "sidecar/journal/memory.h"

#include <gmock/gmock.h>

#include "libs/base/testing/status_matchers.h"

namespace rookery::sidecar {
namespace {

constexpr spool::LaneId kLane = 3;

class MemoryTest : public ::testing::Test {
 protected:
  void Note(const NoteRecord& note) {
    const std::string payload = note.SerializeAsString();
    spool::Record record;
    record.kind = spool::Kind::kNote;
    record.lane = kLane;
    record.payload = payload;
    memory_.Apply(record);
  }
  void Know(const std::string& name, const std::string& id) {
    NoteRecord note;
    note.mutable_experiment()->set_name(name);
    note.mutable_experiment()->set_experiment_id(id);
    Note(note);
  }

  Memory memory_;
};

TEST_F(MemoryTest, KnowsWhatWasNoted) {
  Know("e", "7");
  EXPECT_EQ(memory_.ExperimentByName(kLane, "e")->experiment_id(), "7");
  EXPECT_EQ(memory_.ExperimentById(kLane, "7")->name(), "e");
  EXPECT_FALSE(memory_.ExperimentByName(kLane, "f"));
  EXPECT_FALSE(memory_.ExperimentByName(kLane + 1, "e"));
  Know("e", "8");
  EXPECT_EQ(memory_.ExperimentByName(kLane, "e")->experiment_id(), "8");
  EXPECT_FALSE(memory_.ExperimentById(kLane, "7"));
}

TEST_F(MemoryTest, ASnapshotIsAllOfIt) {
  Know("e", "7");
  NoteRecord run;
  run.mutable_run()->mutable_info()->set_run_id("r");
  run.mutable_run()->add_tags()->set_key("t");
  Note(run);
  NoteRecord confirmed;
  confirmed.mutable_confirmed()->set_segment(4);
  confirmed.mutable_confirmed()->set_offset(5);
  Note(confirmed);
  NoteRecord alias;
  alias.mutable_alias()->set_made_id("7");
  alias.mutable_alias()->set_experiment_id("9");
  Note(alias);
  NoteRecord producer;
  producer.mutable_producer()->set_id("p");
  producer.mutable_producer()->set_next_seq(12);
  Note(producer);
  Memory other;
  ROOKERY_EXPECT_OK(other.Restore(memory_.Snapshot()));
  EXPECT_EQ(other.ExperimentByName(kLane, "e")->experiment_id(), "7");
  EXPECT_EQ(other.Run(kLane, "r")->tags(0).key(), "t");
  EXPECT_EQ(other.Confirmed(kLane), (spool::Position{4, 5}));
  EXPECT_EQ(other.UpstreamExperimentId(kLane, "7"), "9");
  EXPECT_EQ(other.UpstreamExperimentId(kLane, "8"), "8");
  EXPECT_EQ(other.Producer(kLane, "p")->next_seq(), 12);
  EXPECT_EQ(other.Snapshot(), memory_.Snapshot());
}

TEST_F(MemoryTest, ForgetsTheOldest) {
  for (int i = 0; i < 1000; ++i) Know("e" + std::to_string(i), std::to_string(i));
  EXPECT_FALSE(memory_.ExperimentByName(kLane, "e0"));
  EXPECT_TRUE(memory_.ExperimentByName(kLane, "e999"));
  EXPECT_LT(memory_.Snapshot().size(), 1U << 20);
}

TEST_F(MemoryTest, AProducersNumberIsInItsWrites) {
  WriteRecord write;
  write.add_runs()->mutable_metrics()->set_run_id("r");
  write.mutable_producer()->set_id("p");
  write.mutable_producer()->set_next_seq(5);
  const std::string payload = write.SerializeAsString();
  spool::Record record;
  record.kind = spool::Kind::kData;
  record.lane = kLane;
  record.payload = payload;
  memory_.Apply(record);
  EXPECT_EQ(memory_.Producer(kLane, "p")->next_seq(), 5);
}

class DigestTest : public MemoryTest {
 protected:
  void Write(const std::string& digest, uint32_t offset) {
    WriteRecord write;
    write.add_runs()->mutable_metrics()->set_run_id("r");
    write.set_digest(digest);
    const std::string payload = write.SerializeAsString();
    spool::Record record;
    record.kind = spool::Kind::kData;
    record.lane = kLane;
    record.position = {1, offset};
    record.payload = payload;
    memory_.Apply(record);
  }
};

TEST_F(DigestTest, AWriteIsKnownAgain) {
  Write("0123456789abcdef", 64);
  EXPECT_EQ(memory_.Written(kLane, "0123456789abcdef"), (spool::Position{1, 64}));
  EXPECT_FALSE(memory_.Written(kLane, "0123456789abcdeX"));
  EXPECT_FALSE(memory_.Written(kLane + 1, "0123456789abcdef"));
  Memory other;
  ROOKERY_EXPECT_OK(other.Restore(memory_.Snapshot()));
  EXPECT_EQ(other.Written(kLane, "0123456789abcdef"), (spool::Position{1, 64}));
}

TEST_F(DigestTest, OneThatWasRefusedMayComeAgain) {
  Write("0123456789abcdef", 64);
  Write("fedcba9876543210", 128);
  NoteRecord note;
  note.mutable_refused()->set_segment(1);
  note.mutable_refused()->set_offset(64);
  Note(note);
  EXPECT_FALSE(memory_.Written(kLane, "0123456789abcdef"));
  EXPECT_TRUE(memory_.Written(kLane, "fedcba9876543210"));
}

TEST_F(DigestTest, ASnapshotHasTheLatest) {
  for (uint32_t i = 0; i < 1000; ++i) Write("digest" + std::to_string(i), i);
  Memory other;
  ROOKERY_EXPECT_OK(other.Restore(memory_.Snapshot()));
  EXPECT_TRUE(other.Written(kLane, "digest999"));
  EXPECT_FALSE(other.Written(kLane, "digest0"));
}

TEST_F(MemoryTest, WhatIsNoSnapshotIsDataLoss) {
  EXPECT_TRUE(absl::IsDataLoss(memory_.Restore("\xff\xff")));
}

}  // namespace
}  // namespace rookery::sidecar
