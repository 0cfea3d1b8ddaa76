// Points of one run as columns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rookery::segment {

// On whose behalf a point was logged: nothing, or a logged model and perhaps a dataset.
struct Origin {
  std::string model_id;
  std::optional<std::string> dataset_name;
  std::optional<std::string> dataset_digest;

  auto operator<=>(const Origin&) const = default;
};

// The columns of points; all have the same length. `key` and `origin` are positions in dictionaries
// that stand elsewhere.
struct Columns {
  std::vector<uint32_t> key;
  std::vector<uint32_t> origin;
  std::vector<int64_t> step;
  // Unix milliseconds.
  std::vector<int64_t> timestamp_ms;
  std::vector<double> value;

  size_t size() const { return key.size(); }
  void Resize(size_t size);
  void Clear() { Resize(0); }
  void Add(uint32_t key_number, uint32_t origin_number, int64_t step_number, int64_t timestamp,
           double number);

  // Adds the rows [begin, end) of others as points of this key that name no origin.
  void AddRows(const Columns& other, size_t begin, size_t end, uint32_t key_number);

  // Of the rows from `begin` on only those of this key stay.
  void KeepKey(size_t begin, uint32_t key_number);

  // Whether two rows are one point: equal but for the origin, NaN equal to itself.
  bool Equal(size_t a, size_t b) const;
};

// Points with their dictionaries. Origin 0 is "nothing" and always there.
struct Points {
  std::vector<std::string> keys;
  std::vector<Origin> origins = {Origin()};
  Columns columns;

  // Keeps the memory of columns.
  void Clear();

  // Adds points that have dictionaries of their own, from row `begin` on.
  void Append(const std::vector<std::string>& other_keys, const std::vector<Origin>& other_origins,
              const Columns& other, size_t begin = 0);
};

}  // namespace rookery::segment
