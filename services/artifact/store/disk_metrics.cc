#include "services/artifact/store/disk_metrics.h"

#include <filesystem>
#include <system_error>

namespace rookery::artifact {
namespace {

constexpr metrics::Family kFree = {"rookery_artifact_disk_free_bytes",
                                   "What may still be written where artifacts are kept."};
constexpr metrics::Family kSize = {"rookery_artifact_disk_size_bytes",
                                   "The size of the file system where artifacts are kept."};

}  // namespace

void AddDiskMetrics(metrics::Registry* registry, const std::string& folder) {
  const auto free = registry->AddGauge(kFree);
  const auto size = registry->AddGauge(kSize);
  registry->BeforeText([=] {
    std::error_code error;
    const auto space = std::filesystem::space(folder, error);
    if (error) return;
    free.Set(static_cast<double>(space.available));
    size.Set(static_cast<double>(space.capacity));
  });
}

}  // namespace rookery::artifact
