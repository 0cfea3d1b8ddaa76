// Walks the records of one segment, over whatever is damaged.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libs/base/status.h"
#include "sidecar/spool/file_system.h"
#include "sidecar/spool/record_codec.h"

namespace rookery::spool {

// Holds a window of the file of 1 MiB, or of one record that is larger. Not thread-safe; `file`
// outlives it.
class RecordScanner {
 public:
  // From the offset `from`, which is a multiple of 8, to before `end`.
  RecordScanner(const File& file, uint64_t segment, uint64_t from, uint64_t end)
      : file_(file), segment_(segment), offset_(from), end_(end) {}

  struct Item {
    enum class Is {
      kRecord,
      kDamagedPayload,  // its header is right
      kEnd,
    };
    Is is = Is::kEnd;
    // Between the record before and this one (or the end) lies what is no record.
    bool after_damage = false;
    uint64_t offset = 0;
    RecordHeader header;
    std::string_view payload;  // valid until the next call

    uint64_t end() const { return offset + RecordBytes(header.payload_bytes); }
  };

  // UNAVAILABLE: the file cannot be read; may be called again.
  StatusOr<Item> Next();

  // Where Next goes on.
  uint64_t offset() const { return offset_; }
  uint64_t end() const { return end_; }
  // Not below the present one.
  void set_end(uint64_t end) { end_ = end; }

 private:
  // Whether the file has the bytes; then they are in the window.
  StatusOr<bool> Load(uint64_t offset, uint64_t bytes);
  const char* At(uint64_t offset) const { return window_.data() + (offset - window_offset_); }

  const File& file_;
  const uint64_t segment_;
  uint64_t offset_;
  uint64_t end_;
  bool damaged_ = false;
  std::string window_;
  uint64_t window_offset_ = 0;
};

}  // namespace rookery::spool
