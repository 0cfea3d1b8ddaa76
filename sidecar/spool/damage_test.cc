// Bytes that turned, files that were cut, swapped or removed: what is told is what is lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/testing/status_matchers.h"
#include "sidecar/spool/bytes.h"
#include "sidecar/spool/record_codec.h"
#include "sidecar/spool/segment_header.h"
#include "sidecar/spool/testing/spool_case.h"

namespace rookery::spool {
namespace {

using ::rookery::testing::IsOk;
using ::rookery::testing::StatusIs;
using ::testing::_;
using ::testing::ElementsAre;
using testing::FoldState;
using ::testing::IsEmpty;
using testing::Life;
using testing::Payloads;
using testing::ReadAll;
using testing::ReadLane;
using testing::Seen;
using testing::SegmentPaths;
using testing::SimulatedDisk;
using ::testing::SizeIs;
using testing::SmallOptions;

// A spool of two lanes in two lives, closed in order, and what is in it.
class DamageTest : public ::testing::Test {
 protected:
  DamageTest() {
    for (int life_number = 0; life_number < 2; ++life_number) {
      Life life(disk_);
      for (int i = 0; i < 6; ++i) {
        const int64_t things = 1 + i % 3;
        const std::string payload(5 + i * 7, static_cast<char>('a' + i));
        for (const char* lane : {"w", "v"}) EXPECT_THAT(life.Append(payload, things, lane), IsOk());
      }
    }
    Life life(disk_);
    for (LaneId lane : {0, 1}) all_.push_back(ReadLane(life.spool(), lane));
    paths_ = SegmentPaths(disk_);
  }

  // Opens a copy of the disk that `damage` has changed.
  template <typename Damage>
  std::vector<Seen> After(Damage damage) {
    const auto disk = disk_.AfterKill();
    damage(*disk);
    Life life(*disk);
    std::vector<Seen> seen;
    for (LaneId lane : {0, 1}) seen.push_back(ReadLane(life.spool(), lane));
    // It goes on where nobody has been.
    for (LaneId lane : {0, 1}) {
      const int64_t next = life.spool().Lanes()[lane].next_seq;
      EXPECT_EQ(life.Append("more", 1, lane == 0 ? "w" : "v")->first_seq, next);
      for (const auto& row : seen[lane].rows) EXPECT_LE(row.first_seq + row.things, next);
      // What comes now does not change what was lost.
      const Seen again = ReadLane(life.spool(), lane);
      EXPECT_EQ(again.gaps, seen[lane].gaps);
      EXPECT_EQ(again.rows.size(), seen[lane].rows.size() + 1);
    }
    return seen;
  }

  // Exactly the rows for which `is_lost` are lost, and told.
  template <typename IsLost>
  void ExpectLost(const std::vector<Seen>& seen, IsLost is_lost) {
    for (LaneId lane : {0, 1}) {
      std::vector<Seen::Row> rows;
      std::vector<std::pair<int64_t, int64_t>> gaps;
      for (const auto& row : all_[lane].rows) {
        if (!is_lost(row)) {
          rows.push_back(row);
        } else if (!gaps.empty() && gaps.back().second + 1 == row.first_seq) {
          gaps.back().second = row.first_seq + row.things - 1;
        } else {
          gaps.emplace_back(row.first_seq, row.first_seq + row.things - 1);
        }
      }
      EXPECT_EQ(seen[lane].rows, rows);
      // A gap may be told in parts.
      std::vector<std::pair<int64_t, int64_t>> told;
      for (const auto& gap : seen[lane].gaps) {
        if (!told.empty() && told.back().second + 1 == gap.first &&
            std::any_of(gaps.begin(), gaps.end(), [&](const auto& whole) {
              return whole.first < gap.first && gap.first <= whole.second;
            })) {
          told.back().second = gap.second;
        } else {
          told.push_back(gap);
        }
      }
      EXPECT_EQ(told, gaps);
    }
  }

  static uint64_t EndOf(const Seen::Row& row) {
    return row.position.offset + kRecordHeaderBytes + row.payload.size();
  }

  uint64_t UsedBytes(size_t segment) {
    const std::string bytes = disk_.Bytes(paths_[segment]);
    return (bytes.find_last_not_of('\0') + 8) / 8 * 8 + 64;
  }

  SimulatedDisk disk_;
  std::vector<Seen> all_;
  std::vector<std::string> paths_;
};

TEST_F(DamageTest, IsNotThere) {
  ASSERT_THAT(paths_, SizeIs(2));
  ExpectLost(After([](SimulatedDisk&) {}), [](const Seen::Row&) { return false; });
}

TEST_F(DamageTest, AByteAnywhere) {
  for (size_t segment = 0; segment < 2; ++segment) {
    for (uint64_t at = 0; at < UsedBytes(segment); ++at) {
      // The head of a segment is mostly zeros.
      if (at > 600 && at < 4096 && at % 97 != 0) continue;
      SCOPED_TRACE(::testing::Message() << paths_[segment] << " at " << at);
      const auto seen = After([&](SimulatedDisk& disk) {
        std::string bytes = disk.Bytes(paths_[segment]);
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << (at % 8)));
        disk.SetBytes(paths_[segment], bytes);
      });
      ExpectLost(seen, [&](const Seen::Row& row) {
        return row.position.segment == segment + 1 && row.position.offset <= at && at < EndOf(row);
      });
      if (HasFailure()) return;
    }
  }
}

TEST_F(DamageTest, ASectorAnywhere) {
  for (size_t segment = 0; segment < 2; ++segment) {
    for (uint64_t at = 0; at < UsedBytes(segment); at += 40) {
      for (const uint64_t size : {64, 512}) {
        SCOPED_TRACE(::testing::Message() << paths_[segment] << " at " << at << ", " << size);
        const std::string whole = disk_.Bytes(paths_[segment]);
        const auto seen = After([&](SimulatedDisk& disk) {
          disk.SetBytes(paths_[segment], std::string(whole).replace(at, size, size, '\xa5'));
        });
        // With the seal gone, too, the end of the log is not known.
        if (segment == 1 && at + size + 160 > UsedBytes(segment)) continue;
        ExpectLost(seen, [&](const Seen::Row& row) {
          return row.position.segment == segment + 1 && row.position.offset < at + size &&
                 at < EndOf(row);
        });
        if (HasFailure()) return;
      }
    }
  }
}

TEST_F(DamageTest, CutAtAnyLength) {
  for (size_t segment = 0; segment < 2; ++segment) {
    for (uint64_t length = 0; length < UsedBytes(segment); ++length) {
      if (length > 200 && length < 4096 && length % 97 != 0) continue;
      SCOPED_TRACE(::testing::Message() << paths_[segment] << " cut to " << length);
      const auto seen = After([&](SimulatedDisk& disk) {
        disk.SetBytes(paths_[segment], disk.Bytes(paths_[segment]).substr(0, length));
      });
      const auto is_lost = [&](const Seen::Row& row) {
        return row.position.segment == segment + 1 && EndOf(row) > length;
      };
      if (segment == 0) {
        ExpectLost(seen, is_lost);
      } else {
        // Nobody knows what was behind the end.
        for (LaneId lane : {0, 1}) {
          for (const auto& row : all_[lane].rows) {
            EXPECT_EQ(std::count(seen[lane].rows.begin(), seen[lane].rows.end(), row),
                      is_lost(row) ? 0 : 1);
          }
        }
      }
      if (HasFailure()) return;
    }
  }
}

TEST_F(DamageTest, TheFirstSegmentIsRemoved) {
  const auto disk = disk_.AfterKill();
  disk->Delete(paths_[0]);
  Life life(*disk);
  const Seen seen = ReadAll(*life.spool().ReadFrom(0, 0));
  EXPECT_THAT(seen.rows, SizeIs(6));
  EXPECT_THAT(seen.gaps, ElementsAre(std::pair<int64_t, int64_t>(0, 11)));
}

TEST(Damage, ASegmentInBetweenIsRemovedOrMadeEmpty) {
  SimulatedDisk before;
  for (int i = 0; i < 5; ++i) EXPECT_THAT(Life(before).Append(std::to_string(i), 10), IsOk());
  const auto paths = SegmentPaths(before);
  ASSERT_THAT(paths, SizeIs(5));
  for (size_t gone = 1; gone < 4; ++gone) {
    for (const bool removed : {true, false}) {
      const auto disk = before.AfterKill();
      if (removed) {
        disk->Delete(paths[gone]);
      } else {
        disk->SetBytes(paths[gone], std::string(16 << 10, '\0'));
      }
      Life life(*disk);
      for (const auto& seen : {ReadLane(life.spool(), 0), ReadAll(*life.spool().ReadFrom(0, 5))}) {
        EXPECT_THAT(seen.rows, SizeIs(4));
        const auto first = static_cast<int64_t>(gone * 10);
        EXPECT_THAT(seen.gaps, ElementsAre(std::pair(first, first + 9)));
      }
      EXPECT_EQ(life.Append("more")->first_seq, 50);
    }
  }
}

TEST(Damage, SwappedSegmentsAreKnownByTheirHeads) {
  SimulatedDisk disk;
  for (int i = 0; i < 4; ++i) EXPECT_THAT(Life(disk).Append(std::to_string(i)), IsOk());
  const auto paths = SegmentPaths(disk);
  const std::string bytes = disk.Bytes(paths[1]);
  disk.SetBytes(paths[1], disk.Bytes(paths[3]));
  disk.SetBytes(paths[3], bytes);
  Life life(disk);
  const Seen seen = ReadLane(life.spool(), 0);
  EXPECT_THAT(Payloads(seen), ElementsAre("0", "1", "2", "3"));
  EXPECT_THAT(seen.gaps, IsEmpty());
  EXPECT_EQ(life.Append("4")->first_seq, 4);
  EXPECT_THAT(Payloads(ReadLane(life.spool(), 0)), ElementsAre("0", "1", "2", "3", "4"));
}

TEST(Damage, AStrangersSegmentIsNotRead) {
  SimulatedDisk stranger;
  for (int i = 0; i < 2; ++i) EXPECT_THAT(Life(stranger).Append("theirs"), IsOk());
  SimulatedDisk disk;
  EXPECT_THAT(Life(disk).Append("ours"), IsOk());
  const std::string path = SegmentPaths(stranger)[1];
  disk.SetBytes(path, stranger.Bytes(path));
  Life life(disk);
  EXPECT_THAT(Payloads(ReadLane(life.spool(), 0)), ElementsAre("ours"));
  EXPECT_THAT(life.Append("more"), IsOk());
  EXPECT_THAT(Payloads(ReadLane(life.spool(), 0)), ElementsAre("ours", "more"));
}

TEST(Damage, AStateThatCannotBeRestoredIsMadeFromAnEarlierOne) {
  SimulatedDisk disk;
  Life first(disk);
  for (int i = 0; i < 40; ++i) ASSERT_THAT(first.Append(std::string(1000, 'x')), IsOk());
  first.Close();
  const auto paths = SegmentPaths(disk);
  ASSERT_GT(paths.size(), 2U);
  // The count of lanes in the snapshot, behind the fixed part and one lane named "w".
  for (size_t i = 1; i < paths.size(); ++i) {
    std::string bytes = disk.Bytes(paths[i]);
    auto header = DecodeSegmentHeader(bytes);
    ASSERT_THAT(header, IsOk());
    header->state = std::string("\xff\xff\xff\xff", 4);
    const std::string encoded = Encode(*header);
    disk.SetBytes(paths[i], bytes.replace(0, encoded.size(), encoded));
  }
  Life life(disk);
  const Seen seen = ReadLane(life.spool(), 0);
  EXPECT_THAT(seen.rows, SizeIs(40));
  EXPECT_EQ(life.state().lanes().at(0), seen.fold);
}

TEST(Damage, ALaterVersionIsRefused) {
  SimulatedDisk disk;
  EXPECT_THAT(Life(disk).Append("a"), IsOk());
  const std::string path = SegmentPaths(disk)[0];
  std::string bytes = disk.Bytes(path);
  PutAt(uint32_t{2}, bytes.data() + 8);
  PutAt(~uint32_t{2}, bytes.data() + 12);
  disk.SetBytes(path, bytes);
  FoldState state;
  EXPECT_THAT(Spool::Open(disk, Clock::Real(), SmallOptions(), state),
              StatusIs(absl::StatusCode::kFailedPrecondition, _));
}

TEST(Damage, RubbishIsNoLog) {
  SimulatedDisk disk;
  std::string rubbish(16 << 10, '\0');
  for (size_t i = 0; i < rubbish.size(); ++i) rubbish[i] = static_cast<char>(i * 7 + i / 256);
  EXPECT_THAT(Life(disk).Append("a"), IsOk());
  for (const char* name : {"00000000000000000000", "00000000000000000002", "99999999999999999999",
                           "00000000000000000009"}) {
    disk.SetBytes(std::string(testing::kFolder) + "/" + name + ".log", rubbish);
  }
  Life life(disk);
  EXPECT_THAT(life.Append("b"), IsOk());
  EXPECT_THAT(Payloads(ReadLane(life.spool(), 0)), ElementsAre("a", "b"));
}

}  // namespace
}  // namespace rookery::spool
