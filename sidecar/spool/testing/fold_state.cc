#include "sidecar/spool/testing/fold_state.h"

#include "sidecar/spool/bytes.h"
#include "sidecar/spool/checksum.h"

namespace rookery::spool::testing {

void FoldState::Fold::Add(const Record& record) {
  std::string bytes;
  Put(hash, &bytes);
  Put(record.kind, &bytes);
  Put(record.first_seq, &bytes);
  Put(record.things, &bytes);
  bytes += record.payload;
  hash = hash * 31 + Crc(bytes);
  ++records;
}

std::string FoldState::Snapshot() {
  std::string bytes;
  Put(static_cast<uint32_t>(lanes_.size()), &bytes);
  for (const auto& [lane, fold] : lanes_) {
    Put(lane, &bytes);
    Put(fold.records, &bytes);
    Put(fold.hash, &bytes);
  }
  return bytes + std::string(padding_bytes, 'p');
}

Status FoldState::Restore(std::string_view snapshot) {
  if (refuses) return absl::DataLossError("not this one");
  std::map<LaneId, Fold> lanes;
  uint32_t count = 0;
  bool ok = Take(&snapshot, &count);
  for (uint32_t i = 0; ok && i < count; ++i) {
    LaneId lane = 0;
    Fold fold;
    ok = Take(&snapshot, &lane) && Take(&snapshot, &fold.records) && Take(&snapshot, &fold.hash);
    lanes[lane] = fold;
  }
  if (!ok) return absl::DataLossError("no snapshot of a fold");
  lanes_ = std::move(lanes);
  return absl::OkStatus();
}

}  // namespace rookery::spool::testing
