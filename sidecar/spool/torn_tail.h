// Where a segment ends whose end is written nowhere.
#pragma once

#include <cstdint>
#include <optional>

#include "libs/base/status.h"
#include "sidecar/spool/file_system.h"

namespace rookery::spool {

// The end of the records of a segment, from `body` on in a file of `file_bytes`, without a group
// that a loss of power tore: the rule is in docs/formats/spool.md, "Reading". `first_group`: of the
// segment, if its header could be read. UNAVAILABLE: it cannot be read.
StatusOr<uint64_t> FindEnd(const File& file, uint64_t segment, uint64_t body, uint64_t file_bytes,
                           std::optional<uint64_t> first_group);

}  // namespace rookery::spool
