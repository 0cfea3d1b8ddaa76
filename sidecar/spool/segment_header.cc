#include "sidecar/spool/segment_header.h"

#include <fmt/format.h>

#include <utility>

#include "sidecar/spool/bytes.h"
#include "sidecar/spool/checksum.h"

namespace rookery::spool {
namespace {

constexpr std::string_view kMagic = "RKSPOOL1";
constexpr uint32_t kVersion = 1;
constexpr size_t kSizeAt = 16;
constexpr size_t kCrcAt = 20;
constexpr size_t kFixedBytes = 104;
// Lanes and a state of the largest kind.
constexpr uint32_t kMaxHeaderBytes = 32 << 20;

constexpr uint32_t kHasLanes = 1;
constexpr uint32_t kHasState = 2;

uint32_t CrcOf(std::string_view header) {
  return Crc(header.substr(kCrcAt + sizeof(uint32_t)), Crc(header.substr(0, kCrcAt)));
}

Status Damaged(std::string_view what) {
  return absl::DataLossError(fmt::format("A segment's header is damaged: {}", what));
}

// The header's size, of its first bytes.
StatusOr<uint32_t> CheckBeginning(std::string_view bytes) {
  if (bytes.size() < kHeaderAlignment || !bytes.starts_with(kMagic)) return Damaged("no magic");
  const auto version = Get<uint32_t>(bytes.data() + kMagic.size());
  if (version != ~Get<uint32_t>(bytes.data() + kMagic.size() + sizeof(version))) {
    return Damaged("no version");
  }
  if (version > kVersion) {
    return absl::FailedPreconditionError(
        fmt::format("The spool is of version {}, and this program knows {}", version, kVersion));
  }
  const auto size = Get<uint32_t>(bytes.data() + kSizeAt);
  if (version == 0 || size == 0 || size % kHeaderAlignment != 0 || size > kMaxHeaderBytes) {
    return Damaged("its size");
  }
  return size;
}

}  // namespace

uint32_t EncodedBytes(const SegmentHeader& header) {
  size_t bytes = kFixedBytes;
  if (header.lanes) {
    for (const LaneRow& row : *header.lanes) {
      bytes += sizeof(row.next_seq) + sizeof(uint16_t) + row.name.size();
    }
  }
  if (header.state) bytes += header.state->size();
  return static_cast<uint32_t>((bytes + kHeaderAlignment - 1) / kHeaderAlignment *
                               kHeaderAlignment);
}

std::string Encode(const SegmentHeader& header) {
  const uint32_t size = EncodedBytes(header);
  std::string bytes;
  bytes.reserve(size);
  bytes += kMagic;
  Put(kVersion, &bytes);
  Put(~kVersion, &bytes);
  Put(size, &bytes);
  Put(uint32_t{0}, &bytes);
  Put(header.segment, &bytes);
  Put(header.previous, &bytes);
  Put(header.previous_end, &bytes);
  Put(static_cast<uint32_t>(header.lanes ? header.lanes->size() : 0), &bytes);
  Put(header.floor, &bytes);
  Put(header.first_group, &bytes);
  Put(header.begun_ns, &bytes);
  bytes += header.producer;
  Put(static_cast<uint32_t>(header.state ? header.state->size() : 0), &bytes);
  Put((header.lanes ? kHasLanes : 0) | (header.state ? kHasState : 0), &bytes);
  Put(uint64_t{0}, &bytes);
  if (header.lanes) EncodeLanes(*header.lanes, &bytes);
  if (header.state) bytes += *header.state;
  bytes.resize(size);
  PutAt(CrcOf(bytes), bytes.data() + kCrcAt);
  return bytes;
}

StatusOr<SegmentHeader> DecodeSegmentHeader(std::string_view bytes) {
  ASSIGN_OR_RETURN(const uint32_t size, CheckBeginning(bytes));
  if (bytes.size() < size) return Damaged("it is cut");
  bytes = bytes.substr(0, size);
  if (Get<uint32_t>(bytes.data() + kCrcAt) != CrcOf(bytes)) return Damaged("its checksum");

  SegmentHeader header;
  uint32_t lanes = 0;
  uint32_t state_bytes = 0;
  uint32_t parts = 0;
  std::string_view rest = bytes.substr(kCrcAt + sizeof(uint32_t));
  bool whole = Take(&rest, &header.segment) && Take(&rest, &header.previous) &&
               Take(&rest, &header.previous_end) && Take(&rest, &lanes) &&
               Take(&rest, &header.floor) && Take(&rest, &header.first_group) &&
               Take(&rest, &header.begun_ns);
  header.producer = rest.substr(0, kProducerBytes);
  rest.remove_prefix(kProducerBytes);
  uint64_t zero = 0;
  whole = whole && Take(&rest, &state_bytes) && Take(&rest, &parts) && Take(&rest, &zero);
  if (whole && (parts & kHasLanes) != 0) {
    header.lanes = DecodeLanes(&rest, lanes);
    whole = header.lanes.has_value();
  }
  if (!whole || state_bytes > rest.size()) return Damaged("its parts");
  // Whoever follows the segments back must come to an end.
  if (header.previous >= header.segment || header.floor > header.segment) {
    return Damaged("its numbers");
  }
  if ((parts & kHasState) != 0) header.state = std::string(rest.substr(0, state_bytes));
  return header;
}

StatusOr<SegmentHeader> ReadSegmentHeader(const File& file) {
  std::string bytes(kHeaderAlignment, '\0');
  ASSIGN_OR_RETURN(size_t read, file.ReadAt(0, bytes));
  bytes.resize(read);
  ASSIGN_OR_RETURN(const uint32_t size, CheckBeginning(bytes));
  if (size > kHeaderAlignment) {
    ASSIGN_OR_RETURN(const uint64_t file_bytes, file.Size());
    if (size > file_bytes) return Damaged("it is cut");
    bytes.resize(size);
    ASSIGN_OR_RETURN(read, file.ReadAt(0, bytes));
    bytes.resize(read);
  }
  return DecodeSegmentHeader(bytes);
}

}  // namespace rookery::spool
