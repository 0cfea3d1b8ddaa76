// A spool under random treatment, beside a model of what it must hold.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <future>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/testing/status_matchers.h"
#include "sidecar/spool/record_codec.h"
#include "sidecar/spool/testing/spool_case.h"

namespace rookery::spool {
namespace {

using testing::FakeSteady;
using testing::Fault;
using testing::Life;
using testing::Operation;
using testing::ReadAll;
using testing::Seen;
using testing::SimulatedDisk;
using testing::SmallOptions;

constexpr int kLanes = 3;

struct Row {
  int64_t seq = 0;
  int64_t things = 0;
  std::string payload;
  uint64_t order = 0;  // among the rows of all lanes
  bool is_lost = false;
};

class Model {
 public:
  explicit Model(uint64_t seed) : random_(seed), disk_(std::make_unique<SimulatedDisk>()) {
    options_.max_bytes = 12 * options_.segment_bytes;
    options_.patience = absl::Seconds(60);
    options_.steady = steady_.function();
    lanes_.resize(kLanes);
    Open();
  }

  void Step() {
    switch (random_() % 20) {
      default:
        return Append(/*durable=*/random_() % 2 == 0);
      case 0:
        return Reopen();
      case 1:
        return Kill();
      case 2:
        return LosePower();
      case 3:
        return Corrupt();
      case 4:
        return Release();
      case 5:
        return PassTime();
      case 6:
        return FillDisk();
      case 7:
        return FailOnce();
      case 8:
        return Raise();
    }
  }

  void Finish() {
    Reopen();
    Check();
  }

 private:
  std::string Name(int lane) const { return "lane " + std::to_string(lane); }

  void Open() {
    life_ = std::make_unique<Life>(*disk_, clock_, options_);
    for (int lane = 0; lane < kLanes; ++lane) {
      auto& known = lanes_[lane];
      if (!known.rows.empty() && known.rows[0].order <= acked_order_) {
        ASSERT_EQ(life_->lane(Name(lane)), known.id);
      }
      // What no record was appended with is forgotten.
      lanes_[lane].raised = 0;
    }
    life_->spool().Release(released_);
    appended_ = false;
  }

  // The clock is set forward or back while some minutes pass.
  void PassTime() {
    clock_.Advance(absl::Minutes(static_cast<int>(random_() % 120) - 60));
    steady_.Advance(absl::Minutes(static_cast<int>(random_() % 30)));
  }

  void Append(bool durable) {
    const int lane = static_cast<int>(random_() % kLanes);
    const size_t bytes = random_() % 5 == 0 ? random_() % 4000 : random_() % 200;
    Row row;
    row.things = static_cast<int64_t>(random_() % 5);
    row.payload = std::to_string(last_order_) + std::string(bytes, 'x');
    std::promise<StatusOr<Appended>> answer;
    lanes_[lane].id = life_->lane(Name(lane));
    const bool caller_writes = random_() % 2 == 0;
    life_->spool().Append({.lane = lanes_[lane].id,
                           .things = row.things,
                           .payload = row.payload,
                           .priority = static_cast<Priority>(random_() % 3),
                           .level = durable ? AckLevel::kDurable : AckLevel::kBuffered,
                           .caller_writes = caller_writes},
                          [&](StatusOr<Appended> done) { answer.set_value(std::move(done)); });
    if (caller_writes) life_->spool().Write();
    const auto appended = answer.get_future().get();
    if (!appended.ok()) {
      // The disk has just refused what came before: nothing is taken until it has it.
      if (disk_fails_ && absl::IsUnavailable(appended.status())) {
        ASSERT_THAT(std::string(appended.status().message()),
                    ::testing::Not(::testing::HasSubstr("may be stored")));
        return;
      }
      ASSERT_TRUE(absl::IsResourceExhausted(appended.status())) << appended.status();
      // Only an owner that does not release keeps it full.
      return Release();
    }
    if (durable) disk_fails_ = false;
    row.seq = appended->first_seq;
    row.order = ++last_order_;
    ASSERT_EQ(row.seq, std::max(lanes_[lane].next, lanes_[lane].raised));
    lanes_[lane].next = row.seq + row.things;
    lanes_[lane].rows.push_back(row);
    if (durable) acked_order_ = row.order;
    appended_ = true;
  }

  void Raise() {
    const int lane = static_cast<int>(random_() % kLanes);
    auto& known = lanes_[lane];
    known.raised = std::max(known.next, known.raised) + static_cast<int64_t>(random_() % 50);
    life_->spool().RaiseNextSeq(life_->lane(Name(lane)), known.raised);
  }

  void Reopen() {
    life_.reset();
    acked_order_ = last_order_;
    Open();
    Check();
  }

  void Kill() { Crash(disk_->AfterKill()); }

  void LosePower() {
    Crash(disk_->AfterPowerLoss(disk_->operations(), SimulatedDisk::Unsynced::kAny, random_));
  }

  void Crash(std::unique_ptr<SimulatedDisk> left) {
    life_.reset();
    disk_ = std::move(left);
    disk_->SetHook(nullptr);
    Open();
    Forget();
    Check();
  }

  // What was not answered and is not there never was.
  void Forget() {
    for (int lane = 0; lane < kLanes; ++lane) {
      if (!lanes_[lane].rows.empty()) lanes_[lane].id = life_->lane(Name(lane));
    }
    for (auto& lane : lanes_) {
      const Seen seen = Read(lane);
      const int64_t next = NextSeq(lane);
      while (!lane.rows.empty()) {
        const Row& last = lane.rows.back();
        const bool there =
            std::any_of(seen.rows.begin(), seen.rows.end(),
                        [&](const Seen::Row& row) { return row.payload == last.payload; });
        if (there || last.order <= acked_order_ || last.is_lost) break;
        lane.rows.pop_back();
      }
      for (const Row& row : lane.rows) acked_order_ = std::max(acked_order_, row.order);
      lane.next = next;
    }
    for (auto& lane : lanes_) {
      for (const Row& row : lane.rows) ASSERT_LE(row.order, last_order_);
    }
  }

  int64_t NextSeq(const auto& lane) {
    for (const auto& known : life_->spool().Lanes()) {
      if (known.name == Name(static_cast<int>(&lane - lanes_.data()))) return known.next_seq;
    }
    return 0;
  }

  // One bit of a record of a spool that was closed in order.
  void Corrupt() {
    Append(/*durable=*/true);
    if (!appended_) return;
    struct Place {
      Row* row;
      Position position;
    };
    life_.reset();
    acked_order_ = last_order_;
    std::vector<Place> places;
    Open();
    for (auto& lane : lanes_) {
      for (const Seen::Row& seen : Read(lane).rows) {
        for (Row& row : lane.rows) {
          if (row.payload == seen.payload) places.push_back({&row, seen.position});
        }
      }
    }
    life_.reset();
    if (!places.empty()) {
      const Place& place = places[random_() % places.size()];
      const std::string path =
          fmt::format("{}/{:020}.log", testing::kFolder, place.position.segment);
      std::string bytes = disk_->Bytes(path);
      const uint64_t at =
          place.position.offset + random_() % (kRecordHeaderBytes + place.row->payload.size());
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << (random_() % 8)));
      disk_->SetBytes(path, bytes);
      place.row->is_lost = true;
    }
    Open();
    Check();
    // So that the next one is not the second of the same moment.
    for (int i = 0; i < 6; ++i) Append(/*durable=*/true);
  }

  void Release() {
    const int lane = static_cast<int>(random_() % kLanes);
    const auto reader = life_->spool().Read(lanes_[lane].id, released_);
    const uint64_t steps = random_() % 30;
    for (uint64_t i = 0; i < steps; ++i) {
      const auto item = reader->Next();
      ASSERT_THAT(item, rookery::testing::IsOk());
      if (item->is == Reader::Item::Is::kEnd) break;
    }
    released_ = std::max(released_, reader->position());
    life_->spool().Release(released_);
    for (auto& each : lanes_) {
      // What is before the position may be gone.
      each.base = std::max(each.base, NextSeq(each));
      const auto rest = life_->spool().Read(each.id, released_);
      for (;;) {
        const auto item = rest->Next();
        if (!item.ok() || item->is == Reader::Item::Is::kEnd) break;
        const int64_t seq =
            item->is == Reader::Item::Is::kGap ? item->gap.first_seq : item->record.first_seq;
        each.base = std::min(each.base, seq);
        break;
      }
    }
  }

  void FillDisk() {
    disk_->SetCapacity(1);
    for (int i = 0; i < 5; ++i) Append(/*durable=*/false);
    disk_->SetCapacity(int64_t{1} << 40);
  }

  void FailOnce() {
    auto left = std::make_shared<std::atomic<int>>(static_cast<int>(random_() % 4));
    const auto is = random_() % 2 == 0 ? Operation::Is::kSync : Operation::Is::kWrite;
    const size_t written = random_() % 100;
    disk_->SetHook([=](const Operation& operation) -> Fault {
      if (operation.is != is || --*left != 0) return {};
      return {absl::UnavailableError("input/output error"), written};
    });
    for (int i = 0; i < 4; ++i) {
      disk_fails_ = true;
      Append(/*durable=*/true);
    }
    disk_->SetHook(nullptr);
  }

  template <typename Lane>
  Seen Read(const Lane& lane) {
    if (lane.rows.empty()) return {};
    return ReadAll(*life_->spool().ReadFrom(lane.id, lane.base));
  }

  void Check() {
    for (auto& lane : lanes_) {
      const Seen seen = Read(lane);
      std::vector<std::string> there;
      for (const auto& row : seen.rows) {
        if (row.things > 0) there.push_back(std::to_string(row.first_seq) + " " + row.payload);
      }
      std::vector<std::string> expected;
      std::vector<int64_t> lost;
      for (const Row& row : lane.rows) {
        if (row.things == 0 || row.seq + row.things <= lane.base) continue;
        if (!row.is_lost) {
          expected.push_back(std::to_string(row.seq) + " " + row.payload);
        } else {
          for (int64_t i = 0; i < row.things; ++i) lost.push_back(row.seq + i);
        }
      }
      ASSERT_EQ(there, expected);
      std::vector<int64_t> told;
      for (const auto& [first, last] : seen.gaps) {
        for (int64_t seq = first; seq <= last && told.size() < 10'000; ++seq) told.push_back(seq);
      }
      // Less than `base` was not asked for.
      std::erase_if(lost, [&](int64_t seq) { return seq < lane.base; });
      ASSERT_EQ(told, lost);
    }
  }

  struct Lane {
    LaneId id = 0;
    std::vector<Row> rows;
    int64_t next = 0;
    int64_t raised = 0;
    int64_t base = 0;  // below it, numbers may be recycled
  };

  std::mt19937_64 random_;
  Options options_ = SmallOptions();
  FakeClock clock_;
  FakeSteady steady_;
  std::unique_ptr<SimulatedDisk> disk_;
  std::unique_ptr<Life> life_;
  std::vector<Lane> lanes_;
  Position released_;
  uint64_t last_order_ = 0;
  uint64_t acked_order_ = 0;
  bool appended_ = false;
  // From a failure on until the disk is known to have all again.
  bool disk_fails_ = false;
};

TEST(Model, HoldsWhatItMust) {
  constexpr int kSeeds = 40;
  constexpr int kSteps = 150;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    Model model(seed);
    for (int step = 0; step < kSteps; ++step) {
      SCOPED_TRACE(::testing::Message() << "step " << step);
      model.Step();
      if (::testing::Test::HasFailure()) return;
    }
    model.Finish();
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace rookery::spool
