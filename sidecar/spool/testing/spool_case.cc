#include "sidecar/spool/testing/spool_case.h"

#include <gtest/gtest.h>

#include <future>

#include "libs/base/testing/status_matchers.h"
#include "sidecar/spool/file_names.h"

namespace rookery::spool::testing {

using ::rookery::testing::IsOk;

Life::Life(FileSystem& files, const Clock& clock, const Options& options) {
  auto spool = Spool::Open(files, clock, options, state_);
  EXPECT_THAT(spool, IsOk());
  if (spool.ok()) spool_ = *std::move(spool);
}

LaneId Life::lane(std::string_view name) {
  const auto lane = spool_->LaneOf(name);
  EXPECT_THAT(lane, IsOk());
  return lane.value_or(0);
}

StatusOr<Appended> Life::Append(std::string_view payload, int64_t things, std::string_view lane,
                                Priority priority) {
  std::promise<StatusOr<Appended>> answer;
  caller_writes_ = !caller_writes_;
  spool_->Append({.lane = this->lane(lane),
                  .things = things,
                  .payload = payload,
                  .priority = priority,
                  .caller_writes = caller_writes_},
                 [&](StatusOr<Appended> appended) { answer.set_value(std::move(appended)); });
  if (caller_writes_) spool_->Write();
  return answer.get_future().get();
}

Seen ReadAll(Reader& reader) {
  Seen seen;
  for (;;) {
    const auto item = reader.Next();
    EXPECT_THAT(item, IsOk());
    if (!item.ok() || item->is == Reader::Item::Is::kEnd) break;
    if (item->is == Reader::Item::Is::kGap) {
      seen.gaps.emplace_back(item->gap.first_seq, item->gap.last_seq);
      continue;
    }
    const Record& record = item->record;
    seen.rows.push_back(
        {record.first_seq, record.things, std::string(record.payload), record.position});
    seen.fold.Add(record);
  }
  seen.end = reader.position();
  return seen;
}

Seen ReadLane(Spool& spool, LaneId lane) {
  const auto reader = spool.Read(lane, {});
  return ReadAll(*reader);
}

std::vector<std::string> Payloads(const Seen& seen) {
  std::vector<std::string> payloads;
  for (const auto& row : seen.rows) payloads.push_back(row.payload);
  return payloads;
}

std::vector<std::string> SegmentPaths(const SimulatedDisk& disk) {
  std::vector<std::string> paths;
  for (const std::string& path : disk.Paths()) {
    if (ParseSegmentName(path.substr(sizeof(kFolder)))) paths.push_back(path);
  }
  return paths;
}

}  // namespace rookery::spool::testing
