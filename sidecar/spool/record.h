// What the spool keeps.
#pragma once

#include <absl/time/time.h>

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace rookery::spool {

// Where a record begins. Positions grow as records are appended, and are never used again for other
// records.
struct Position {
  uint64_t segment = 0;
  uint32_t offset = 0;

  friend auto operator<=>(const Position&, const Position&) = default;
};

enum class Kind : uint8_t {
  // Things that are numbered: points, params, tags, run ends. Goes upstream, exactly once.
  kData = 1,
  // A call whose repetition changes nothing. Goes upstream, in its place among the data.
  kCall = 2,
  // Something that the owner of the spool remembers; goes nowhere.
  kNote = 3,
};

// A lane is what is forwarded in one order: a workspace. It has numbers of its own, from 0 up. The
// spool gives each name a small id, which stays.
using LaneId = uint16_t;

struct Record {
  Position position;
  Kind kind = Kind::kData;
  LaneId lane = 0;
  // Of the first of its `things`; those of a record without any: the next number of its lane.
  int64_t first_seq = 0;
  int64_t things = 0;
  // When it was appended, by the wall clock.
  absl::Time received;
  // Lent by whoever hands the record out.
  std::string_view payload;
};

}  // namespace rookery::spool
