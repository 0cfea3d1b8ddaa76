#include "libs/segment/points.h"

namespace rookery::segment {

void Columns::Resize(size_t size) {
  key.resize(size);
  origin.resize(size);
  step.resize(size);
  timestamp_ms.resize(size);
  value.resize(size);
}

void Columns::Add(uint32_t key_number, uint32_t origin_number, int64_t step_number,
                  int64_t timestamp, double number) {
  key.push_back(key_number);
  origin.push_back(origin_number);
  step.push_back(step_number);
  timestamp_ms.push_back(timestamp);
  value.push_back(number);
}

}  // namespace rookery::segment
