// Which points of a long history a chart gets.
#pragma once

#include <cstdint>
#include <vector>

namespace rookery::tracking {

// `size` of the numbers 0 to count - 1, ascending; all of them, if they are no more. As MLflow
// chooses: the numbers are dealt into `size` equal parts, of which the first ones take one more
// where they cannot be equal, and the first of each part is in the sample. The last number is in it
// too; if that would be one too many, it replaces the one before.
std::vector<int64_t> EvenSample(int64_t count, int64_t size);

}  // namespace rookery::tracking
