#include "sidecar/spool/file_names.h"

#include <fmt/format.h>

#include <charconv>

namespace rookery::spool {
namespace {

constexpr size_t kDigits = 20;
// No spool gets there; a stranger's file of a greater number would leave none to go on with.
constexpr uint64_t kMaxNumber = uint64_t{1} << 62;
constexpr std::string_view kSpare = "spare-";
constexpr std::string_view kSuffix = ".log";

// Of a name that is digits and the suffix.
std::optional<uint64_t> NumberIn(std::string_view name) {
  if (!name.ends_with(kSuffix)) return std::nullopt;
  name.remove_suffix(kSuffix.size());
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (name.empty() || error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string SegmentName(uint64_t number) { return fmt::format("{:020}.log", number); }

std::optional<uint64_t> ParseSegmentName(std::string_view name) {
  const auto number = NumberIn(name);
  if (!number || name.size() != kDigits + kSuffix.size()) return std::nullopt;
  if (*number == 0 || *number > kMaxNumber) return std::nullopt;
  return number;
}

std::string SpareName(uint64_t number) { return fmt::format("spare-{}.log", number); }

std::optional<uint64_t> ParseSpareName(std::string_view name) {
  if (!name.starts_with(kSpare)) return std::nullopt;
  return NumberIn(name.substr(kSpare.size()));
}

bool IsUnfinished(std::string_view name) { return name.ends_with(".new"); }

}  // namespace rookery::spool
