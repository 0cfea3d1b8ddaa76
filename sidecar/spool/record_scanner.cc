#include "sidecar/spool/record_scanner.h"

#include <algorithm>
#include <utility>

#include "sidecar/spool/checksum.h"

namespace rookery::spool {
namespace {

constexpr uint64_t kWindowBytes = uint64_t{1} << 20;

}  // namespace

StatusOr<RecordScanner::Item> RecordScanner::Next() {
  while (offset_ + kRecordHeaderBytes <= end_) {
    ASSIGN_OR_RETURN(const bool there, Load(offset_, kRecordHeaderBytes));
    if (!there) break;
    const auto header = ParseRecordHeader(At(offset_), segment_, offset_);
    const uint64_t bytes = kRecordHeaderBytes + (header ? header->payload_bytes : 0);
    if (!header || offset_ + bytes > end_) {
      damaged_ = true;
      offset_ += kRecordAlignment;
      continue;
    }
    Item item;
    item.offset = offset_;
    item.header = *header;
    // Its padding may be cut off.
    ASSIGN_OR_RETURN(const bool whole, Load(offset_, bytes));
    if (whole) {
      item.payload = std::string_view(At(offset_) + kRecordHeaderBytes, header->payload_bytes);
    }
    item.is = whole && Crc(item.payload) == header->payload_crc ? Item::Is::kRecord
                                                                : Item::Is::kDamagedPayload;
    item.after_damage = std::exchange(damaged_, false);
    offset_ += RecordBytes(header->payload_bytes);
    return item;
  }
  if (offset_ < end_) {
    damaged_ = true;
    offset_ = end_;
  }
  Item item;
  item.offset = offset_;
  item.after_damage = damaged_;
  return item;
}

StatusOr<bool> RecordScanner::Load(uint64_t offset, uint64_t bytes) {
  if (offset >= window_offset_ && offset + bytes <= window_offset_ + window_.size()) return true;
  const uint64_t wanted = std::max(bytes, std::min(kWindowBytes, end_ - offset));
  if (window_.capacity() > 2 * kWindowBytes && wanted <= kWindowBytes) window_ = std::string();
  window_.resize(wanted);
  window_offset_ = offset;
  auto read = file_.ReadAt(offset, window_);
  window_.resize(read.ok() ? *read : 0);
  if (!read.ok()) return read.status();
  return *read >= bytes;
}

}  // namespace rookery::spool
