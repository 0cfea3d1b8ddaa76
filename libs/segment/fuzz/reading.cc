#include "libs/segment/fuzz/reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "libs/segment/checksum.h"
#include "libs/segment/directory.h"
#include "libs/segment/directory.pb.h"
#include "libs/segment/writer.h"

namespace rookery::segment::fuzz {
namespace {

constexpr size_t kChecksumBytes = 4;

Status Wrong(std::string_view what) { return absl::InternalError(fmt::format("{}", what)); }

std::string_view Slice(std::string_view data, const BlockEntry& block) {
  return data.substr(std::min<uint64_t>(block.offset_bytes, data.size()), block.size_bytes);
}

// The directory with checksums that fit its blocks and itself; as it is, if it is no message.
std::string Repaired(std::string_view bytes, std::string_view data) {
  v1::SegmentDirectory message;
  const size_t size = bytes.size() < kChecksumBytes ? 0 : bytes.size() - kChecksumBytes;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(size))) return std::string(bytes);
  BlockEntry block;
  for (int i = 0; i < message.block_size_bytes_size(); ++i) {
    block.size_bytes = message.block_size_bytes(i);
    if (i < message.block_crc32_size()) message.set_block_crc32(i, Crc32(Slice(data, block)));
    block.offset_bytes += block.size_bytes;
  }
  std::string repaired = message.SerializeAsString();
  AppendCrc32(&repaired);
  return repaired;
}

Status CheckKeys(const Directory& directory) {
  for (size_t i = 0; i < directory.keys().size(); ++i) {
    const auto key = static_cast<uint32_t>(i);
    if (directory.FindKey(directory.keys()[i]) != key) return Wrong("A key is not found.");
    const auto [first, last] = directory.BlocksOf(key);
    if (first > last || last > directory.blocks().size()) return Wrong("A key has no such blocks.");
  }
  return absl::OkStatus();
}

// Appends the block's points; whether they could be read.
StatusOr<bool> ReadBlock(const Directory& directory, size_t number, std::string_view data,
                         Columns* columns) {
  const BlockEntry& block = directory.blocks()[number];
  const size_t before = columns->size();
  Status read = directory.ReadBlock(number, Slice(data, block), columns);
  if (!read.ok()) {
    if (!absl::IsDataLoss(read)) return read;
    if (columns->size() != before) return Wrong("A damaged block leaves points behind.");
    return false;
  }
  if (columns->size() != before + block.points) return Wrong("A block has other points.");
  uint32_t last_key = block.first_key;
  for (size_t row = before; row < columns->size(); ++row) {
    if (columns->key[row] < last_key || columns->key[row] > block.last_key) {
      return Wrong("A block's keys are not in order, or others than the directory says.");
    }
    last_key = columns->key[row];
    if (columns->origin[row] >= directory.origins().size()) return Wrong("An origin is unknown.");
  }
  return true;
}

// The points of the blocks that can be read.
StatusOr<Points> ReadPoints(std::string_view directory_bytes, std::string_view data) {
  const auto directory = Directory::Parse(directory_bytes);
  if (!directory.ok()) {
    if (!absl::IsDataLoss(directory.status())) return Wrong(directory.status().ToString());
    return Points();
  }
  RETURN_IF_ERROR(CheckKeys(*directory));
  Points points;
  points.keys = directory->keys();
  points.origins = directory->origins();
  bool whole = true;
  for (size_t block = 0; block < directory->blocks().size(); ++block) {
    ASSIGN_OR_RETURN(const bool read, ReadBlock(*directory, block, data, &points.columns));
    whole = whole && read;
  }
  if (whole && points.columns.size() != directory->points()) return Wrong("Points are missing.");
  return points;
}

bool SameRow(const Points& a, const Points& b, size_t row) {
  return a.keys[a.columns.key[row]] == b.keys[b.columns.key[row]] &&
         a.origins[a.columns.origin[row]] == b.origins[b.columns.origin[row]] &&
         a.columns.step[row] == b.columns.step[row] &&
         a.columns.timestamp_ms[row] == b.columns.timestamp_ms[row] &&
         std::bit_cast<uint64_t>(a.columns.value[row]) ==
             std::bit_cast<uint64_t>(b.columns.value[row]);
}

Status CheckThatTheyComeBack(Points points) {
  if (points.columns.size() == 0) return absl::OkStatus();
  const EncodedSegment segment = Encode(&points);
  ASSIGN_OR_RETURN(const Points again, ReadPoints(segment.directory, segment.data));
  if (again.columns.size() != points.columns.size()) return Wrong("Encoding loses points.");
  for (size_t row = 0; row < points.columns.size(); ++row) {
    if (!SameRow(points, again, row)) return Wrong("Encoding changes a point.");
  }
  return absl::OkStatus();
}

}  // namespace

std::string Joined(std::string_view directory, std::string_view data) {
  const auto size = static_cast<uint32_t>(directory.size());
  std::string joined(sizeof(size), '\0');
  std::memcpy(joined.data(), &size, sizeof(size));
  return joined.append(directory).append(data);
}

Status ReadAnything(std::string_view joined) {
  uint32_t size = 0;
  if (joined.size() < sizeof(size)) return absl::OkStatus();
  std::memcpy(&size, joined.data(), sizeof(size));
  joined.remove_prefix(sizeof(size));
  const std::string_view directory = joined.substr(0, size);
  const std::string_view data = joined.substr(directory.size());
  RETURN_IF_ERROR(ReadPoints(directory, data).status());
  ASSIGN_OR_RETURN(Points points, ReadPoints(Repaired(directory, data), data));
  return CheckThatTheyComeBack(std::move(points));
}

}  // namespace rookery::segment::fuzz
