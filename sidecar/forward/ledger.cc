#include "sidecar/forward/ledger.h"

#include <algorithm>

namespace rookery::sidecar {

void Ledger::Settle(const CountedRecord& record, Fate fate) {
  const std::lock_guard lock(mutex_);
  const int64_t before = record.points_before.value_or(SumOf(settled_));
  SkipTo(before, record.is_after_gap);
  const int64_t points = std::min(record.points, before + record.points - SumOf(settled_));
  if (points <= 0) return;
  switch (fate) {
    case Fate::kConfirmed:
      return settled_.set_confirmed(settled_.confirmed() + points);
    case Fate::kQuarantined:
      return settled_.set_quarantined(settled_.quarantined() + points);
    case Fate::kRefused:
      return settled_.set_refused(settled_.refused() + points);
  }
}

void Ledger::SettleAll(int64_t points, bool is_after_gap) {
  const std::lock_guard lock(mutex_);
  SkipTo(points, is_after_gap);
}

void Ledger::SkipTo(int64_t points, bool is_after_gap) {
  const int64_t missing = points - SumOf(settled_);
  if (missing <= 0) return;
  if (is_after_gap) {
    settled_.set_gap(settled_.gap() + missing);
  } else {
    settled_.set_confirmed(settled_.confirmed() + missing);
  }
}

Settled Ledger::settled() const {
  const std::lock_guard lock(mutex_);
  return settled_;
}

int64_t SumOf(const Settled& settled) {
  return settled.confirmed() + settled.quarantined() + settled.gap() + settled.refused();
}

}  // namespace rookery::sidecar
