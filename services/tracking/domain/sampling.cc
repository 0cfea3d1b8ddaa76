#include "services/tracking/domain/sampling.h"

#include <algorithm>

namespace rookery::tracking {

std::vector<int64_t> EvenSample(int64_t count, int64_t size) {
  const int64_t parts = std::min(count, size);
  std::vector<int64_t> sample;
  if (parts < 1) return sample;
  const int64_t smaller = count / parts;
  const int64_t larger_parts = count % parts;
  for (int64_t part = 0; part < parts; ++part) {
    sample.push_back(part * smaller + std::min(part, larger_parts));
  }
  sample.back() = count - 1;
  return sample;
}

}  // namespace rookery::tracking
