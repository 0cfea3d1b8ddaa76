#include "tests/bench/load/workload.h"

#include <cmath>
#include <utility>

namespace rookery::bench {
namespace {

constexpr size_t kNoise = 1 << 16;
constexpr int64_t kStart = 1'790'000'000'000;

}  // namespace

Workload::Workload(const Shape& shape, std::vector<std::string> run_ids, uint32_t seed)
    : shape_(shape), run_ids_(std::move(run_ids)), random_(seed) {
  std::normal_distribution<double> normal(0, 0.05);
  for (size_t i = 0; i < kNoise; ++i) {
    noise_.push_back(normal(random_));
    jitter_.push_back(static_cast<int64_t>(random_() % 20));
  }
  for (int key = 0; key < shape_.keys; ++key)
    keys_.push_back("train/metric_" + std::to_string(key));
}

void Workload::Next(tracking::v1::RunIngest* ingest) {
  tracking::v1::MetricColumns& columns = *ingest->mutable_metrics();
  columns.set_run_id(run_ids_[run_]);
  if (columns.keys_size() == 0) {
    columns.mutable_keys()->Assign(keys_.begin(), keys_.end());
    for (int key = 0; key < shape_.keys; ++key) {
      columns.add_key_index(static_cast<uint32_t>(key));
      columns.add_key_points(static_cast<uint32_t>(shape_.steps));
    }
  }
  columns.clear_value();
  columns.clear_step();
  columns.clear_timestamp_ms();
  size_t at = random_() % kNoise;
  for (int key = 0; key < shape_.keys; ++key) {
    for (int i = 0; i < shape_.steps; ++i) {
      const int64_t step = step_ + i;
      at = (at + 1) % kNoise;
      const double value = 2.0 / (1.0 + 1e-3 * static_cast<double>(step)) + noise_[at];
      columns.add_value(key % 2 == 0 ? value : static_cast<double>(static_cast<float>(value)));
      columns.add_step(step);
      columns.add_timestamp_ms(kStart + step * 40 + jitter_[at]);
    }
  }
  run_ = (run_ + 1) % run_ids_.size();
  if (run_ == 0) step_ += shape_.steps;
}

}  // namespace rookery::bench
