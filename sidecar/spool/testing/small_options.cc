#include "sidecar/spool/testing/small_options.h"

namespace rookery::spool::testing {

Options SmallOptions() {
  Options options;
  options.folder = kFolder;
  options.segment_bytes = 16 << 10;
  options.max_bytes = 64 * options.segment_bytes;
  options.max_payload_bytes = 4 << 10;
  options.max_buffered_bytes = 1 << 20;
  options.keep_free = 0;
  options.patience = absl::Milliseconds(300);
  options.caller_pause = absl::ZeroDuration();
  return options;
}

}  // namespace rookery::spool::testing
