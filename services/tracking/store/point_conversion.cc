#include "services/tracking/store/point_conversion.h"

#include <absl/container/flat_hash_map.h>

#include <map>
#include <string_view>

namespace rookery::tracking::store {
namespace {

segment::Origin OriginOf(const v1::Metric& metric) {
  segment::Origin origin{.model_id = metric.model_id()};
  if (metric.has_dataset_name()) origin.dataset_name = metric.dataset_name();
  if (metric.has_dataset_digest()) origin.dataset_digest = metric.dataset_digest();
  return origin;
}

}  // namespace

segment::Points PointsOf(const google::protobuf::RepeatedPtrField<v1::Metric>& metrics) {
  segment::Points points;
  absl::flat_hash_map<std::string_view, uint32_t> keys;
  std::map<segment::Origin, uint32_t> origins;
  for (const v1::Metric& metric : metrics) {
    const auto [key, is_new] = keys.try_emplace(metric.key(), points.keys.size());
    if (is_new) points.keys.push_back(metric.key());
    uint32_t origin = 0;
    if (!metric.model_id().empty()) {
      const auto [found, is_new_origin] =
          origins.try_emplace(OriginOf(metric), points.origins.size());
      if (is_new_origin) points.origins.push_back(found->first);
      origin = found->second;
    }
    points.columns.Add(key->second, origin, metric.step(), metric.timestamp(), metric.value());
  }
  return points;
}

}  // namespace rookery::tracking::store
