#include "sidecar/spool/lane_table.h"

#include <algorithm>

#include "sidecar/spool/bytes.h"

namespace rookery::spool {
namespace {

constexpr size_t kRowBytes = sizeof(int64_t) + sizeof(uint16_t);

}  // namespace

void EncodeLanes(const std::vector<LaneRow>& rows, std::string* to) {
  for (const LaneRow& row : rows) {
    Put(row.next_seq, to);
    Put(static_cast<uint16_t>(row.name.size()), to);
    *to += row.name;
  }
}

std::optional<std::vector<LaneRow>> DecodeLanes(std::string_view* from, size_t count) {
  if (count > kMaxLanes) return std::nullopt;
  std::vector<LaneRow> rows(count);
  for (LaneRow& row : rows) {
    uint16_t bytes = 0;
    if (!Take(from, &row.next_seq) || row.next_seq < 0) return std::nullopt;
    if (!Take(from, &bytes) || bytes > from->size()) return std::nullopt;
    row.name = from->substr(0, bytes);
    from->remove_prefix(bytes);
  }
  return rows;
}

std::optional<LaneId> LaneTable::Find(std::string_view name) const {
  const auto found = ids_.find(std::string(name));
  if (found == ids_.end()) return std::nullopt;
  return found->second;
}

LaneId LaneTable::Add(std::string_view name) {
  const auto id = static_cast<LaneId>(rows_.size());
  Merge(id, 0, name);
  return id;
}

void LaneTable::Merge(LaneId lane, int64_t next_seq, std::string_view name) {
  if (lane >= kMaxLanes) return;
  if (lane >= rows_.size()) {
    encoded_bytes_ += (lane + size_t{1} - rows_.size()) * kRowBytes;
    rows_.resize(lane + size_t{1});
  }
  LaneRow& row = rows_[lane];
  row.next_seq = std::max(row.next_seq, next_seq);
  if (!name.empty() && row.name.empty()) {
    row.name = name;
    encoded_bytes_ += name.size();
    ids_.emplace(name, lane);
  }
}

void LaneTable::Merge(const std::vector<LaneRow>& rows) {
  for (size_t i = 0; i < rows.size(); ++i) {
    Merge(static_cast<LaneId>(i), rows[i].next_seq, rows[i].name);
  }
}

}  // namespace rookery::spool
