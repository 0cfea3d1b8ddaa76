#include "sidecar/spool/record_codec.h"

#include <limits>

#include "sidecar/spool/bytes.h"
#include "sidecar/spool/checksum.h"

namespace rookery::spool {
namespace {

constexpr uint16_t kMagic = 0x5352;

// Where the fields of a header are.
enum : size_t {
  kMagicAt = 0,
  kKindAt = 2,
  kFlagsAt = 3,
  kCrcAt = 4,
  kPayloadBytesAt = 8,
  kPayloadCrcAt = 12,
  kLaneAt = 16,
  kZeroAt = 18,
  kThingsAt = 20,
  kFirstSeqAt = 24,
  kGroupAt = 32,
  kReceivedAt = 40,
};
static_assert(kReceivedAt + sizeof(int64_t) == kRecordHeaderBytes);

uint32_t HeaderCrc(const char* at, uint64_t segment, uint64_t offset) {
  char place[2 * sizeof(uint64_t)];
  PutAt(segment, place);
  PutAt(offset, place + sizeof(segment));
  const uint32_t crc =
      Crc(std::string_view(at, kCrcAt), Crc(std::string_view(place, sizeof(place))));
  return Crc(std::string_view(at + kPayloadBytesAt, kRecordHeaderBytes - kPayloadBytesAt), crc);
}

bool IsKnown(Kind kind) {
  return kind == Kind::kData || kind == Kind::kCall || kind == Kind::kNote || kind == kLaneKind ||
         kind == kSealKind;
}

}  // namespace

void AppendRecord(const RecordHeader& header, std::string_view payload, std::string* to) {
  const size_t begin = to->size();
  to->resize(begin + RecordBytes(payload.size()));
  char* at = to->data() + begin;
  PutAt(kMagic, at + kMagicAt);
  PutAt(header.kind, at + kKindAt);
  PutAt(static_cast<uint32_t>(payload.size()), at + kPayloadBytesAt);
  PutAt(header.lane, at + kLaneAt);
  PutAt(header.things, at + kThingsAt);
  PutAt(header.first_seq, at + kFirstSeqAt);
  PutAt(header.received_ns, at + kReceivedAt);
  payload.copy(at + kRecordHeaderBytes, payload.size());
}

void FinishRecord(char* at, uint64_t segment, uint64_t offset, uint64_t group, uint8_t flags) {
  PutAt(flags, at + kFlagsAt);
  PutAt(group, at + kGroupAt);
  PutAt(Crc(std::string_view(at + kRecordHeaderBytes, Get<uint32_t>(at + kPayloadBytesAt))),
        at + kPayloadCrcAt);
  PutAt(HeaderCrc(at, segment, offset), at + kCrcAt);
}

uint64_t BytesOfRecordAt(const char* at) {
  return RecordBytes(Get<uint32_t>(at + kPayloadBytesAt));
}

std::optional<RecordHeader> ParseRecordHeader(const char* at, uint64_t segment, uint64_t offset) {
  if (Get<uint16_t>(at + kMagicAt) != kMagic) return std::nullopt;
  if (Get<uint32_t>(at + kCrcAt) != HeaderCrc(at, segment, offset)) return std::nullopt;
  RecordHeader header;
  header.kind = Get<Kind>(at + kKindAt);
  header.flags = Get<uint8_t>(at + kFlagsAt);
  header.payload_bytes = Get<uint32_t>(at + kPayloadBytesAt);
  header.payload_crc = Get<uint32_t>(at + kPayloadCrcAt);
  header.lane = Get<LaneId>(at + kLaneAt);
  header.things = Get<uint32_t>(at + kThingsAt);
  header.first_seq = Get<int64_t>(at + kFirstSeqAt);
  header.group = Get<uint64_t>(at + kGroupAt);
  header.received_ns = Get<int64_t>(at + kReceivedAt);
  // What the checksum lets pass was written by us; this is for a checksum that fits by chance.
  if (!IsKnown(header.kind) || Get<uint16_t>(at + kZeroAt) != 0 || header.first_seq < 0 ||
      header.first_seq > std::numeric_limits<int64_t>::max() - header.things) {
    return std::nullopt;
  }
  return header;
}

Record AsRecord(uint64_t segment, uint64_t offset, const RecordHeader& header,
                std::string_view payload) {
  return {.position = {segment, static_cast<uint32_t>(offset)},
          .kind = header.kind,
          .lane = header.lane,
          .first_seq = header.first_seq,
          .things = header.things,
          .received = absl::FromUnixNanos(header.received_ns),
          .payload = payload};
}

std::string EncodeLane(int64_t next_seq, std::string_view name) {
  std::string payload;
  Put(next_seq, &payload);
  payload += name;
  return payload;
}

std::optional<LanePayload> DecodeLane(std::string_view payload) {
  LanePayload lane;
  if (!Take(&payload, &lane.next_seq) || lane.next_seq < 0) return std::nullopt;
  lane.name = payload;
  return lane;
}

}  // namespace rookery::spool
