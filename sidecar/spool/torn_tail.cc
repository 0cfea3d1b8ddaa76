#include "sidecar/spool/torn_tail.h"

#include <algorithm>

#include "sidecar/spool/record_scanner.h"

namespace rookery::spool {
namespace {

using Item = RecordScanner::Item;

struct Extent {
  uint64_t end = 0;
  uint64_t last_group = 0;
};

StatusOr<Extent> Measure(RecordScanner scanner) {
  Extent extent{.end = scanner.offset()};
  for (;;) {
    ASSIGN_OR_RETURN(const Item item, scanner.Next());
    if (item.is == Item::Is::kEnd) return extent;
    extent.end = item.end();
    extent.last_group = std::max(extent.last_group, item.header.group);
  }
}

// Whether what is damaged before `item`, of the last group, belongs to that group alone.
bool IsTorn(const std::optional<RecordHeader>& before, const RecordHeader& item,
            std::optional<uint64_t> first_group) {
  if (before && before->group == item.group) return true;
  if ((item.flags & kFirstOfGroup) != 0) return false;
  if (!before) return first_group == item.group;
  return (before->flags & kLastOfGroup) != 0 && before->group + 1 == item.group;
}

}  // namespace

StatusOr<uint64_t> FindEnd(const File& file, uint64_t segment, uint64_t body, uint64_t file_bytes,
                           std::optional<uint64_t> first_group) {
  ASSIGN_OR_RETURN(const Extent extent, Measure(RecordScanner(file, segment, body, file_bytes)));
  RecordScanner scanner(file, segment, body, extent.end);
  std::optional<RecordHeader> before;
  uint64_t before_end = body;
  for (;;) {
    ASSIGN_OR_RETURN(const Item item, scanner.Next());
    if (item.is == Item::Is::kEnd) return extent.end;
    if (item.header.group == extent.last_group) {
      if (item.after_damage && IsTorn(before, item.header, first_group)) return before_end;
      if (item.is == Item::Is::kDamagedPayload) return item.offset;
    }
    before = item.header;
    before_end = item.end();
  }
}

}  // namespace rookery::spool
