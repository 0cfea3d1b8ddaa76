// The names of lanes and their numbers.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sidecar/spool/record.h"

namespace rookery::spool {

inline constexpr size_t kMaxLanes = 60'000;
inline constexpr size_t kMaxLaneNameBytes = 256;

// A row of it as segments and seals have it. A name that was lost to damage is empty.
struct LaneRow {
  int64_t next_seq = 0;
  std::string name;
};

void EncodeLanes(const std::vector<LaneRow>& rows, std::string* to);
// Takes `count` rows off the front; nothing if they are not there.
std::optional<std::vector<LaneRow>> DecodeLanes(std::string_view* from, size_t count);

// Not thread-safe.
class LaneTable {
 public:
  size_t size() const { return rows_.size(); }
  const std::vector<LaneRow>& rows() const { return rows_; }
  // What EncodeLanes makes of the rows.
  size_t encoded_bytes() const { return encoded_bytes_; }

  std::optional<LaneId> Find(std::string_view name) const;
  LaneId Add(std::string_view name);
  int64_t next_seq(LaneId lane) const { return lane < rows_.size() ? rows_[lane].next_seq : 0; }
  void set_next_seq(LaneId lane, int64_t seq) { rows_[lane].next_seq = seq; }

  // For what is read again: numbers only grow, and an empty name does not replace one.
  void Merge(LaneId lane, int64_t next_seq, std::string_view name);
  void Merge(const std::vector<LaneRow>& rows);

 private:
  std::vector<LaneRow> rows_;
  absl::flat_hash_map<std::string, LaneId> ids_;
  size_t encoded_bytes_ = 0;
};

}  // namespace rookery::spool
