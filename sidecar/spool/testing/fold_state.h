// An owner's state that shows whether each record was applied once and in order.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "libs/base/status.h"
#include "sidecar/spool/spool.h"

namespace rookery::spool::testing {

class FoldState final : public State {
 public:
  struct Fold {
    uint64_t records = 0;
    uint64_t hash = 0;
    void Add(const Record& record);
    friend bool operator==(const Fold&, const Fold&) = default;
  };

  void Apply(const Record& record) override { lanes_[record.lane].Add(record); }
  std::string Snapshot() override;
  Status Restore(std::string_view snapshot) override;

  const std::map<LaneId, Fold>& lanes() const { return lanes_; }

  // The next snapshots are so many bytes longer, or cannot be restored.
  size_t padding_bytes = 0;
  bool refuses = false;

 private:
  std::map<LaneId, Fold> lanes_;
};

}  // namespace rookery::spool::testing
