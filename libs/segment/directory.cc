#include "libs/segment/directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "libs/segment/checksum.h"
#include "libs/segment/directory.pb.h"

namespace rookery::segment {
namespace {

Status Damaged(std::string_view what) {
  return absl::DataLossError(fmt::format("A metric segment's directory is damaged: {}.", what));
}

bool HasOneEntryABlock(const v1::SegmentDirectory& message) {
  const int blocks = message.block_size_bytes_size();
  return message.block_crc32_size() == blocks && message.block_points_size() == blocks &&
         message.block_first_key_size() == blocks && message.block_last_key_size() == blocks &&
         message.block_min_timestamp_ms_size() == blocks &&
         message.block_max_timestamp_ms_size() == blocks &&
         message.block_min_step_size() == blocks && message.block_max_step_size() == blocks &&
         message.block_distinct_points_size() == blocks;
}

std::vector<BlockEntry> BlocksIn(const v1::SegmentDirectory& message) {
  std::vector<BlockEntry> blocks(message.block_size_bytes_size());
  uint64_t offset = 0;
  for (int i = 0; i < message.block_size_bytes_size(); ++i) {
    BlockEntry& block = blocks[i];
    block.points = message.block_points(i);
    block.first_key = message.block_first_key(i);
    block.last_key = message.block_last_key(i);
    block.offset_bytes = offset;
    block.size_bytes = message.block_size_bytes(i);
    block.crc32 = message.block_crc32(i);
    block.min_timestamp_ms = message.block_min_timestamp_ms(i);
    block.max_timestamp_ms = message.block_max_timestamp_ms(i);
    block.min_step = message.block_min_step(i);
    block.max_step = message.block_max_step(i);
    block.distinct_points = message.block_distinct_points(i);
    offset += block.size_bytes;
  }
  return blocks;
}

Status Check(const std::vector<std::string>& keys, const std::vector<BlockEntry>& blocks,
             uint64_t points) {
  if (!std::ranges::is_sorted(keys, std::ranges::less_equal())) {
    // With less_equal, an equal pair counts as out of order.
    return Damaged("its keys are not sorted");
  }
  uint64_t counted = 0;
  uint32_t last_key = 0;
  for (const BlockEntry& block : blocks) {
    if (block.first_key < last_key || block.last_key < block.first_key ||
        block.last_key >= keys.size()) {
      return Damaged("its blocks' keys contradict each other");
    }
    if (block.distinct_points == 0 || block.distinct_points > block.points) {
      return Damaged("its blocks' counts contradict each other");
    }
    last_key = block.last_key;
    counted += block.points;
  }
  return counted == points ? absl::OkStatus() : Damaged("its counts contradict each other");
}

}  // namespace

StatusOr<Directory> Directory::Parse(std::string_view bytes) {
  if (!TakeCrc32(&bytes)) return Damaged("its checksum does not match");
  v1::SegmentDirectory message;
  if (bytes.size() > std::numeric_limits<int>::max() ||
      !message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Damaged("it is no protobuf message");
  }
  if (message.version() != kSegmentVersion) {
    return Damaged(fmt::format("version {} is not known to this program", message.version()));
  }
  if (!HasOneEntryABlock(message)) return Damaged("its lists differ in length");
  Directory directory;
  directory.points_ = message.points();
  directory.keys_.assign(message.keys().begin(), message.keys().end());
  directory.origins_.emplace_back();
  for (const v1::Origin& entry : message.origins()) {
    Origin& origin = directory.origins_.emplace_back();
    origin.model_id = entry.model_id();
    if (entry.has_dataset_name()) origin.dataset_name = entry.dataset_name();
    if (entry.has_dataset_digest()) origin.dataset_digest = entry.dataset_digest();
  }
  directory.blocks_ = BlocksIn(message);
  RETURN_IF_ERROR(Check(directory.keys_, directory.blocks_, directory.points_));
  return directory;
}

std::optional<uint32_t> Directory::FindKey(std::string_view key) const {
  const auto found = std::ranges::lower_bound(keys_, key);
  if (found == keys_.end() || *found != key) return std::nullopt;
  return static_cast<uint32_t>(found - keys_.begin());
}

std::pair<size_t, size_t> Directory::BlocksOf(uint32_t position) const {
  const auto first = std::ranges::lower_bound(blocks_, position, {}, &BlockEntry::last_key);
  const auto last = std::ranges::upper_bound(blocks_, position, {}, &BlockEntry::first_key);
  return {first - blocks_.begin(), std::max(first, last) - blocks_.begin()};
}

Status Directory::ReadBlock(size_t block, std::string_view bytes, Columns* columns) const {
  const BlockEntry& entry = blocks_[block];
  const auto damaged = [&](std::string_view what) {
    return absl::DataLossError(
        fmt::format("Block {} of a metric segment is damaged: {}.", block, what));
  };
  if (bytes.size() != entry.size_bytes) return damaged("it is cut");
  if (Crc32(bytes) != entry.crc32) return damaged("its checksum does not match");
  const size_t before = columns->size();
  if (!DecodeBlock(bytes, entry, columns)) return damaged("its columns contradict each other");
  const bool origins_fit =
      std::all_of(columns->origin.begin() + static_cast<std::ptrdiff_t>(before),
                  columns->origin.end(), [&](uint32_t origin) { return origin < origins_.size(); });
  if (origins_fit) return absl::OkStatus();
  columns->Resize(before);
  return damaged("it names an origin that the directory does not have");
}

}  // namespace rookery::segment
