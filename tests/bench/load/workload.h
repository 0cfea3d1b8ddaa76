// The points that benches write: the noisy losses of trainings.
#pragma once

#include <rookery/tracking/v1/ingest.pb.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace rookery::bench {

// What one request holds.
struct Shape {
  int runs = 64;
  int keys = 20;
  int steps = 50;
};

// Makes requests that all have the same shape, run by run, each with the steps that follow. Values
// are of full precision, of half of the keys floats that were widened; timestamps have a jitter of
// milliseconds. Used by one thread.
class Workload {
 public:
  Workload(const Shape& shape, std::vector<std::string> run_ids, uint32_t seed);

  int points() const { return shape_.keys * shape_.steps; }

  // Writes the next batch over what `ingest` had.
  void Next(tracking::v1::RunIngest* ingest);

 private:
  const Shape shape_;
  const std::vector<std::string> run_ids_;
  std::mt19937 random_;
  // Noise is drawn from a table, so that the benchmark's client costs little.
  std::vector<double> noise_;
  std::vector<int64_t> jitter_;
  std::vector<std::string> keys_;
  size_t run_ = 0;
  int64_t step_ = 0;
};

}  // namespace rookery::bench
