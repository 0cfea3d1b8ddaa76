// Encoding a batch of a training loop, and decoding what a compaction made of many.
#include <benchmark/benchmark.h>

#include <cmath>
#include <random>

#include "libs/segment/directory.h"
#include "libs/segment/writer.h"

namespace rookery::segment {
namespace {

// `keys` keys with `steps` steps each, as losses are: half of them floats that were widened.
Points Losses(uint32_t keys, int steps) {
  std::mt19937 random(1);
  std::normal_distribution<double> noise;
  std::uniform_int_distribution<int64_t> jitter(0, 15);
  Points points;
  for (uint32_t key = 0; key < keys; ++key) points.keys.push_back("metric_" + std::to_string(key));
  for (int step = 0; step < steps; ++step) {
    for (uint32_t key = 0; key < keys; ++key) {
      double value = std::exp(-step / 1000.0) + 0.01 * noise(random);
      if (key % 2 == 0) value = static_cast<float>(value);
      points.columns.Add(key, 0, step, 1'790'000'000'000 + step * int64_t{250} + jitter(random),
                         value);
    }
  }
  return points;
}

void Report(benchmark::State& state, size_t points, const EncodedSegment& segment) {
  state.SetItemsProcessed(static_cast<int64_t>(points) * state.iterations());
  state.counters["bytes/point"] =
      static_cast<double>(segment.directory.size() + segment.data.size()) /
      static_cast<double>(points);
}

void EncodePoints(benchmark::State& state) {
  const Points points = Losses(state.range(0), static_cast<int>(state.range(1)));
  EncodedSegment segment;
  for (auto _ : state) {
    Points copy = points;
    segment = Encode(&copy);
    benchmark::DoNotOptimize(segment);
  }
  Report(state, points.columns.size(), segment);
}
BENCHMARK(EncodePoints)
    ->Args({20, 50})
    ->Args({1, 1000})
    ->Args({1000, 1})
    ->Args({1, 1})
    ->Args({1, 1'000'000});

void DecodePoints(benchmark::State& state) {
  Points points = Losses(state.range(0), static_cast<int>(state.range(1)));
  const EncodedSegment segment = Encode(&points);
  for (auto _ : state) {
    const auto directory = Directory::Parse(segment.directory);
    Columns columns;
    for (size_t i = 0; i < directory->blocks().size(); ++i) {
      const BlockEntry& block = directory->blocks()[i];
      (void)directory->ReadBlock(
          i, std::string_view(segment.data).substr(block.offset_bytes, block.size_bytes), &columns);
    }
    benchmark::DoNotOptimize(columns);
  }
  Report(state, points.columns.size(), segment);
}
BENCHMARK(DecodePoints)->Args({20, 50})->Args({1, 1000})->Args({1, 1'000'000});

}  // namespace
}  // namespace rookery::segment
