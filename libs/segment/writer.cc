#include "libs/segment/writer.h"

#include <algorithm>
#include <span>

#include "libs/segment/block.h"
#include "libs/segment/checksum.h"
#include "libs/segment/directory.h"
#include "libs/segment/directory.pb.h"

namespace rookery::segment {
namespace {

// A key that ends after so many points ends its block too.
constexpr size_t kEnoughBlockPoints = kMaxBlockPoints / 2;

// Where the block that begins at row `begin` ends.
size_t EndOfBlock(const Columns& columns, size_t begin) {
  const size_t limit = std::min(columns.size(), begin + kMaxBlockPoints);
  if (limit == columns.size()) return limit;
  // Back to where the last key began, if enough points lie before.
  size_t end = limit;
  while (end > begin + kEnoughBlockPoints && columns.key[end - 1] == columns.key[end]) --end;
  return end > begin + kEnoughBlockPoints ? end : limit;
}

uint32_t DistinctPoints(const Columns& columns, size_t begin, size_t end) {
  uint32_t distinct = 1;
  for (size_t row = begin + 1; row < end; ++row) distinct += columns.Equal(row, row - 1) ? 0 : 1;
  return distinct;
}

void AppendBlock(const Columns& columns, size_t begin, size_t end, v1::SegmentDirectory* directory,
                 std::string* data) {
  const std::string block = EncodeBlock(columns, begin, end);
  const auto range = [&](const std::vector<int64_t>& column) {
    return std::ranges::minmax(std::span(column).subspan(begin, end - begin));
  };
  directory->add_block_size_bytes(static_cast<uint32_t>(block.size()));
  directory->add_block_crc32(Crc32(block));
  directory->add_block_points(static_cast<uint32_t>(end - begin));
  directory->add_block_distinct_points(DistinctPoints(columns, begin, end));
  directory->add_block_first_key(columns.key[begin]);
  directory->add_block_last_key(columns.key[end - 1]);
  const auto timestamps = range(columns.timestamp_ms);
  directory->add_block_min_timestamp_ms(timestamps.min);
  directory->add_block_max_timestamp_ms(timestamps.max);
  const auto steps = range(columns.step);
  directory->add_block_min_step(steps.min);
  directory->add_block_max_step(steps.max);
  data->append(block);
}

}  // namespace

EncodedSegment Encode(Points* points) {
  Sort(points);
  v1::SegmentDirectory directory;
  directory.set_version(kSegmentVersion);
  directory.set_points(points->columns.size());
  for (const std::string& key : points->keys) directory.add_keys(key);
  for (size_t i = 1; i < points->origins.size(); ++i) {
    const Origin& origin = points->origins[i];
    v1::Origin* entry = directory.add_origins();
    entry->set_model_id(origin.model_id);
    if (origin.dataset_name) entry->set_dataset_name(*origin.dataset_name);
    if (origin.dataset_digest) entry->set_dataset_digest(*origin.dataset_digest);
  }
  EncodedSegment segment;
  const Columns& columns = points->columns;
  for (size_t begin = 0; begin < columns.size();) {
    const size_t end = EndOfBlock(columns, begin);
    AppendBlock(columns, begin, end, &directory, &segment.data);
    begin = end;
  }
  segment.directory = directory.SerializeAsString();
  AppendCrc32(&segment.directory);
  return segment;
}

}  // namespace rookery::segment
