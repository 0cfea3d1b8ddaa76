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
// A slice at most, so that PostgreSQL's answer has no rows of tens of megabytes.
constexpr uint64_t kMaxSliceBytes = 1024 * 1024;

// Reads the columns run_id, segment_no, directory, data.
StatusOr<StoredSegment> AsSegment(const db::Row& row) {
  auto directory = segment::Directory::Parse(row.Text(2));
  if (!directory.ok()) {
    return absl::DataLossError(fmt::format("Segment {} of run {}: {}", row.Int(1), row.Text(0),
                                           std::string(directory.status().message())));
  }
  StoredSegment stored{row.Int(1), *std::move(directory), row.OptionalText(3)};
  return stored;
}

}  // namespace

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
    ASSIGN_OR_RETURN(StoredSegment stored, AsSegment(row));
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
    ASSIGN_OR_RETURN(segments.emplace_back(), AsSegment(row));
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

class RunSegments::Bytes {
 public:
  Bytes(const std::string* all, db::Rows rows) : all_(all), rows_(std::move(rows)) {}
  // Of the block that `entry` describes, which begins `offset` bytes into slice `slice`.
  std::string_view Of(const segment::BlockEntry& entry, size_t slice, uint64_t offset) const {
    const std::string_view bytes = all_ != nullptr        ? std::string_view(*all_)
                                   : slice < rows_.size() ? rows_[slice].Text(0)
                                                          : std::string_view();
    const uint64_t begin = all_ != nullptr ? entry.offset_bytes : offset;
    // What is cut reads as short, and then as damaged.
    return begin > bytes.size() ? std::string_view() : bytes.substr(begin, entry.size_bytes);
  }

  // For each block: its slice, and where in it.
  std::vector<std::pair<size_t, uint64_t>> places;

 private:
  const std::string* all_;
  db::Rows rows_;
};

StatusOr<RunSegments::Bytes> RunSegments::Fetch(db::Transaction& txn, size_t segment,
                                                std::span<const size_t> blocks) const {
  const StoredSegment& stored = segments_[segment];
  std::vector<std::pair<size_t, uint64_t>> places(blocks.size());
  if (stored.data) {
    Bytes bytes(&*stored.data, db::Rows());
    bytes.places = std::move(places);
    return bytes;
  }
  // Neighbours come in one slice.
  db::IntList slices;
  uint64_t begin = 0;
  uint64_t end = 0;
  const auto close = [&] {
    if (end > begin) slices.push_back(static_cast<int64_t>(begin << 24 | (end - begin)));
  };
  for (size_t i = 0; i < blocks.size(); ++i) {
    const segment::BlockEntry& entry = stored.directory.blocks()[blocks[i]];
    if (entry.offset_bytes != end || end - begin + entry.size_bytes > kMaxSliceBytes || i == 0) {
      close();
      begin = entry.offset_bytes;
    }
    end = entry.offset_bytes + entry.size_bytes;
    places[i] = {slices.size(), entry.offset_bytes - begin};
  }
  close();
  ASSIGN_OR_RETURN(db::Rows rows,
                   txn.Query(sql::kReadSlices, {workspace_, run_id_, stored.segment_no, &slices}));
  Bytes bytes(nullptr, std::move(rows));
  bytes.places = std::move(places);
  return bytes;
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
    ASSIGN_OR_RETURN(const Bytes bytes, Fetch(txn, segment, numbers));
    const segment::Directory& directory = segments_[segment].directory;
    const uint32_t position = *directory.FindKey(key);
    for (size_t i = 0; i < numbers.size(); ++i) {
      const auto& [slice, offset] = bytes.places[i];
      const std::string_view block = bytes.Of(directory.blocks()[numbers[i]], slice, offset);
      columns.Clear();
      RETURN_IF_ERROR(Named(directory.ReadBlock(numbers[i], block, &columns), segment));
      if (!HasOneKey({segment, numbers[i]})) columns.KeepKey(0, position);
      each(columns);
    }
  }
  return absl::OkStatus();
}

Status RunSegments::ReadRows(db::Transaction& txn, size_t segment, size_t first, size_t last,
                             segment::Columns* columns) const {
  const segment::Directory& directory = segments_[segment].directory;
  std::vector<size_t> numbers(last - first);
  std::iota(numbers.begin(), numbers.end(), first);
  ASSIGN_OR_RETURN(const Bytes bytes, Fetch(txn, segment, numbers));
  for (size_t i = 0; i < numbers.size(); ++i) {
    const auto& [slice, offset] = bytes.places[i];
    const std::string_view block = bytes.Of(directory.blocks()[numbers[i]], slice, offset);
    RETURN_IF_ERROR(Named(directory.ReadBlock(numbers[i], block, columns), segment));
  }
  return absl::OkStatus();
}

Status RunSegments::ReadBlocks(db::Transaction& txn, size_t segment, size_t first, size_t last,
                               segment::Points* points) const {
  segment::Columns columns;
  RETURN_IF_ERROR(ReadRows(txn, segment, first, last, &columns));
  const segment::Directory& directory = segments_[segment].directory;
  points->Append(directory.keys(), directory.origins(), columns);
  return absl::OkStatus();
}

}  // namespace rookery::tracking::store
