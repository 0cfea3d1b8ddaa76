#include "services/tracking/domain/search_limits.h"

#include <fmt/format.h>

#include "services/tracking/store/experiment_store.h"

namespace rookery::tracking {

Status CheckMaxResults(int64_t max_results) {
  constexpr int64_t kMost = 50'000;
  if (max_results >= 1 && max_results <= kMost) return absl::OkStatus();
  constexpr std::string_view kInvalid =
      "Invalid value {} for parameter 'max_results' supplied. It must be {}";
  return absl::InvalidArgumentError(
      fmt::format(fmt::runtime(kInvalid), max_results,
                  max_results < 1 ? "a positive integer" : fmt::format("at most {}", kMost)));
}

StatusOr<std::optional<std::string_view>> StageOf(v1::ViewType view) {
  switch (view) {
    case v1::VIEW_TYPE_UNSPECIFIED:
    case v1::ACTIVE_ONLY:
      return std::string_view(store::kActive);
    case v1::DELETED_ONLY:
      return std::string_view(store::kDeleted);
    case v1::ALL:
      return std::nullopt;
    default:
      return absl::InvalidArgumentError(
          fmt::format("Invalid view type {}.", static_cast<int>(view)));
  }
}

}  // namespace rookery::tracking
