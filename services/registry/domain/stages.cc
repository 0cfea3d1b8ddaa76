#include "services/registry/domain/stages.h"

#include <absl/strings/match.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

namespace rookery::registry {
namespace {

constexpr std::string_view kStaging = "Staging";
constexpr std::string_view kProduction = "Production";
constexpr std::array kStages = {kStageNone, kStaging, kProduction, kStageArchived};

}  // namespace

StatusOr<std::string_view> CanonicalStage(std::string_view stage) {
  for (const std::string_view known : kStages) {
    if (absl::EqualsIgnoreCase(absl::string_view(known.data(), known.size()),
                               absl::string_view(stage.data(), stage.size()))) {
      return known;
    }
  }
  return absl::InvalidArgumentError(
      fmt::format("Invalid Model Version stage: {}. Value must be one of {}.", stage,
                  fmt::join(kStages, ", ")));
}

bool IsActiveStage(std::string_view canonical_stage) {
  return canonical_stage == kStaging || canonical_stage == kProduction;
}

}  // namespace rookery::registry
