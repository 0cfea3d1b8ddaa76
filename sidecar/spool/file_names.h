// The names of the files in a spool's folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::spool {

std::string SegmentName(uint64_t number);
// Nothing: it is no segment's name.
std::optional<uint64_t> ParseSegmentName(std::string_view name);

std::string SpareName(uint64_t number);
std::optional<uint64_t> ParseSpareName(std::string_view name);

// Of a file that is being made.
bool IsUnfinished(std::string_view name);

}  // namespace rookery::spool
