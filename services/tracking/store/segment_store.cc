#include "services/tracking/store/segment_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "libs/segment/writer.h"
#include "services/tracking/store/sql.h"

namespace rookery::tracking::store {
namespace {

// Data up to here are read with the directory: one query for all the small segments that a live run
// has, instead of one each.
constexpr int64_t kShortData = 16 * 1024;
// A slice at most. From 128 KiB on malloc asks the kernel for new pages each time, in PostgreSQL
// and here (docs/adr/0036-small-pieces.md).
constexpr uint64_t kMaxSliceBytes = 96 * 1024;

}  // namespace

StatusOr<StoredSegment> ParseSegment(const db::Row& row) {
  auto directory = segment::Directory::Parse(row.Text(2));
  if (!directory.ok()) {
    return absl::DataLossError(fmt::format("Segment {} of run {}: {}", row.Int(1), row.Text(0),
                                           std::string(directory.status().message())));
  }
  StoredSegment stored{row.Int(1), *std::move(directory), row.OptionalText(3)};
  return stored;
}

Status InsertSegments(db::Transaction& txn, std::string_view workspace,
                      std::vector<RunPoints>* runs) {
  std::vector<std::string> run_ids;
  std::vector<int64_t> counts;
  std::vector<std::string> directories;
  std::vector<std::string> data;
  for (RunPoints& run : *runs) {
    segment::EncodedSegment encoded = segment::Encode(&run.points);
    run_ids.push_back(run.run_id);
    counts.push_back(static_cast<int64_t>(run.points.columns.size()));
    directories.push_back(std::move(encoded.directory));
    data.push_back(std::move(encoded.data));
  }
  RETURN_IF_ERROR(txn.ExecuteMany(sql::kTakeNumbers, {workspace}, db::Columns{run_ids}));
  return txn
      .ExecuteMany(sql::kInsertSegments, {workspace},
                   {std::move(run_ids), std::move(counts), std::move(directories), std::move(data)})
      .status();
}

StatusOr<std::vector<RunSegmentCount>> RunsWithSegments(db::Transaction& txn, int64_t at_least) {
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(sql::kListManySegments, {at_least}));
  std::vector<RunSegmentCount> runs;
  for (const db::Row& row : rows) {
    runs.push_back({std::string(row.Text(0)), std::string(row.Text(1)), row.Int(2)});
  }
  return runs;
}

StatusOr<StoredCount> CountStored(db::Transaction& txn, std::string_view workspace,
                                  std::string_view run_id) {
  ASSIGN_OR_RETURN(const auto row, txn.QueryOne(sql::kCountStoredPoints, {workspace, run_id}));
  return StoredCount{row->Int(0), row->Int(1), row->Int(2)};
}

StatusOr<std::map<std::string, int64_t>> LastNumbers(db::Transaction& txn,
                                                     std::string_view workspace,
                                                     const db::TextList& run_ids) {
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(sql::kLastNumbers, {workspace, &run_ids}));
  std::map<std::string, int64_t> numbers;
  for (const db::Row& row : rows) numbers[std::string(row.Text(0))] = row.Int(1);
  return numbers;
}

StatusOr<std::map<std::string, RunSegments>> RunSegments::Load(db::Transaction& txn,
                                                               std::string_view workspace,
                                                               const db::TextList& run_ids) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   txn.Query(sql::kListSegments, {workspace, &run_ids, kShortData}));
  std::map<std::string, RunSegments> runs;
  for (const db::Row& row : rows) {
    ASSIGN_OR_RETURN(StoredSegment stored, ParseSegment(row));
    const std::string run_id(row.Text(0));
    const auto run = runs.try_emplace(run_id, workspace, run_id, std::vector<StoredSegment>());
    run.first->second.segments_.push_back(std::move(stored));
  }
  return runs;
}

StatusOr<RunSegments> RunSegments::LoadAfter(db::Transaction& txn, std::string_view workspace,
                                             const std::string& run_id, int64_t after,
                                             int64_t limit) {
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(sql::kListSegmentsAfter,
                                                  {workspace, run_id, kShortData, after, limit}));
  std::vector<StoredSegment> segments;
  for (const db::Row& row : rows) {
    ASSIGN_OR_RETURN(segments.emplace_back(), ParseSegment(row));
  }
  return RunSegments(workspace, run_id, std::move(segments));
}

std::vector<BlockRef> RunSegments::BlocksOf(std::string_view key) const {
  std::vector<BlockRef> blocks;
  for (size_t i = 0; i < segments_.size(); ++i) {
    const auto position = segments_[i].directory.FindKey(key);
    if (!position) continue;
    const auto [first, last] = segments_[i].directory.BlocksOf(*position);
    for (size_t block = first; block < last; ++block) blocks.push_back({i, block});
  }
  return blocks;
}

StatusOr<RunSegments::Fetched> RunSegments::Fetch(db::Transaction& txn, size_t segment,
                                                  std::vector<size_t> blocks) const {
  const StoredSegment& stored = segments_[segment];
  Fetched fetched;
  fetched.segment_ = segment;
  fetched.blocks_ = std::move(blocks);
  if (stored.data) {
    fetched.all_ = &*stored.data;
    return fetched;
  }
  // Neighbours come in one slice.
  db::IntList slices;
  uint64_t begin = 0;
  uint64_t end = 0;
  const auto close = [&] {
    if (end > begin) slices.push_back(static_cast<int64_t>(begin << 24 | (end - begin)));
  };
  fetched.places_.reserve(fetched.blocks_.size());
  for (const size_t block : fetched.blocks_) {
    const segment::BlockEntry& entry = stored.directory.blocks()[block];
    if (entry.offset_bytes != end || end - begin + entry.size_bytes > kMaxSliceBytes ||
        fetched.places_.empty()) {
      close();
      begin = entry.offset_bytes;
    }
    end = entry.offset_bytes + entry.size_bytes;
    fetched.places_.emplace_back(slices.size(), entry.offset_bytes - begin);
  }
  close();
  ASSIGN_OR_RETURN(fetched.slices_,
                   txn.Query(sql::kReadSlices, {workspace_, run_id_, stored.segment_no, &slices}));
  return fetched;
}

StatusOr<RunSegments::Fetched> RunSegments::FetchRange(db::Transaction& txn, size_t segment,
                                                       size_t first, size_t last) const {
  std::vector<size_t> blocks(last - first);
  std::iota(blocks.begin(), blocks.end(), first);
  return Fetch(txn, segment, std::move(blocks));
}

Status RunSegments::Decode(const Fetched& fetched, size_t number, segment::Columns* columns) const {
  const size_t block = fetched.blocks_[number];
  const segment::Directory& directory = segments_[fetched.segment_].directory;
  const segment::BlockEntry& entry = directory.blocks()[block];
  std::string_view bytes;
  uint64_t begin = entry.offset_bytes;
  if (fetched.all_ != nullptr) {
    bytes = *fetched.all_;
  } else {
    const auto& [slice, offset] = fetched.places_[number];
    if (slice < fetched.slices_.size()) bytes = fetched.slices_[slice].Text(0);
    begin = offset;
  }
  // What is cut reads as short, and then as damaged.
  bytes = begin > bytes.size() ? std::string_view() : bytes.substr(begin, entry.size_bytes);
  return Named(directory.ReadBlock(block, bytes, columns), fetched.segment_);
}

Status RunSegments::Named(const Status& status, size_t segment) const {
  if (status.ok()) return status;
  return absl::DataLossError(fmt::format("Segment {} of run {}: {}", segments_[segment].segment_no,
                                         run_id_, std::string(status.message())));
}

Status RunSegments::Read(db::Transaction& txn, std::string_view key, std::vector<BlockRef> blocks,
                         absl::FunctionRef<void(const segment::Columns&)> each) const {
  std::ranges::sort(blocks);
  segment::Columns columns;
  for (size_t begin = 0; begin < blocks.size();) {
    const size_t segment = blocks[begin].segment;
    std::vector<size_t> numbers;
    for (; begin < blocks.size() && blocks[begin].segment == segment; ++begin) {
      numbers.push_back(blocks[begin].block);
    }
    ASSIGN_OR_RETURN(const Fetched fetched, Fetch(txn, segment, std::move(numbers)));
    const uint32_t position = *segments_[segment].directory.FindKey(key);
    for (size_t i = 0; i < fetched.size(); ++i) {
      columns.Clear();
      RETURN_IF_ERROR(Decode(fetched, i, &columns));
      if (!HasOneKey({segment, fetched.blocks_[i]})) columns.KeepKey(0, position);
      each(columns);
    }
  }
  return absl::OkStatus();
}

Status RunSegments::ReadBlocks(db::Transaction& txn, size_t segment, size_t first, size_t last,
                               segment::Points* points) const {
  ASSIGN_OR_RETURN(const Fetched fetched, FetchRange(txn, segment, first, last));
  segment::Columns columns;
  for (size_t i = 0; i < fetched.size(); ++i) {
    RETURN_IF_ERROR(Decode(fetched, i, &columns));
  }
  const segment::Directory& directory = segments_[segment].directory;
  points->Append(directory.keys(), directory.origins(), columns);
  return absl::OkStatus();
}

}  // namespace rookery::tracking::store
