#include "sidecar/spool/spool.h"

#include <fmt/format.h>

#include <limits>
#include <utility>

#include "sidecar/spool/log.h"

namespace rookery::spool {
namespace {

constexpr int64_t kMinSegmentBytes = 16 << 10;
constexpr int64_t kMinSegments = 4;

Status Check(const Options& options) {
  if (options.segment_bytes < kMinSegmentBytes || options.segment_bytes % kHeaderAlignment != 0 ||
      options.segment_bytes > std::numeric_limits<int32_t>::max()) {
    return absl::InvalidArgumentError(
        "A segment of the spool has 16 KiB to 2 GiB, in multiples of 4 KiB");
  }
  if (options.max_bytes < kMinSegments * options.segment_bytes) {
    return absl::InvalidArgumentError("The spool may hold too little: at least four segments");
  }
  // Of a segment, its head and its seal take a half at most.
  if (options.max_payload_bytes < 0 ||
      options.max_payload_bytes > options.segment_bytes / 2 - int64_t{kHeaderAlignment}) {
    return absl::InvalidArgumentError("Half a segment of the spool must hold a payload");
  }
  return absl::OkStatus();
}

}  // namespace

StatusOr<std::unique_ptr<Spool>> Spool::Open(FileSystem& files, const Clock& clock, Options options,
                                             State& state) {
  RETURN_IF_ERROR(Check(options));
  auto log = std::make_unique<Log>(files, clock, std::move(options), state);
  RETURN_IF_ERROR(log->Start());
  return log;
}

}  // namespace rookery::spool
