// A WriteRecord's totals, without parsing what it holds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sidecar/journal/records.pb.h"

namespace rookery::sidecar {

struct WriteScan {
  int64_t points = 0;
  // Those that it brings itself: old records do not say it.
  std::optional<int64_t> points_before;
  std::optional<LocalProducer> producer;
  std::string digest;
};

// Looks at a few bytes of each run. Nothing: the payload is no WriteRecord.
std::optional<WriteScan> ScanWrite(std::string_view payload);

}  // namespace rookery::sidecar
