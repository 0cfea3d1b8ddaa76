// One record of a segment, there and back: docs/formats/spool.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sidecar/spool/record.h"

namespace rookery::spool {

inline constexpr size_t kRecordHeaderBytes = 48;
inline constexpr size_t kRecordAlignment = 8;

// The spool's own kinds.
inline constexpr Kind kLaneKind{0x80};
inline constexpr Kind kSealKind{0x81};

inline constexpr uint8_t kFirstOfGroup = 1;
inline constexpr uint8_t kLastOfGroup = 2;

struct RecordHeader {
  Kind kind = Kind::kData;
  uint8_t flags = 0;
  uint32_t payload_bytes = 0;
  uint32_t payload_crc = 0;
  LaneId lane = 0;
  uint32_t things = 0;
  int64_t first_seq = 0;
  uint64_t group = 0;
  int64_t received_ns = 0;

  // The number that follows in its lane.
  int64_t next_seq() const { return first_seq + things; }
};

// What a record takes, padding included.
constexpr uint64_t RecordBytes(uint64_t payload_bytes) {
  return (kRecordHeaderBytes + payload_bytes + kRecordAlignment - 1) / kRecordAlignment *
         kRecordAlignment;
}

// Appends a record that is not valid yet: FinishRecord makes it so where it will stand.
void AppendRecord(const RecordHeader& header, std::string_view payload, std::string* to);

// The same, for a record that begins at `at` and will be written at this place.
void FinishRecord(char* at, uint64_t segment, uint64_t offset, uint64_t group, uint8_t flags);

// What a record takes that AppendRecord made.
uint64_t BytesOfRecordAt(const char* at);

// Of kRecordHeaderBytes that were read at this place; nothing if they are no header of it.
std::optional<RecordHeader> ParseRecordHeader(const char* at, uint64_t segment, uint64_t offset);

// As the spool's users see it.
Record AsRecord(uint64_t segment, uint64_t offset, const RecordHeader& header,
                std::string_view payload);

// What a lane record holds.
struct LanePayload {
  int64_t next_seq = 0;
  std::string name;
};
std::string EncodeLane(int64_t next_seq, std::string_view name);
std::optional<LanePayload> DecodeLane(std::string_view payload);

}  // namespace rookery::spool
