#include "libs/segment/value_column.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <vector>

#include "libs/segment/integer_column.h"

namespace rookery::segment {
namespace {

enum Coding : uint8_t { kDoubles = 0, kFloats = 1, kMixed = 2, kDecimals = 3, kConstant = 4 };

constexpr double kPowersOfTen[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
constexpr int kMaxExponent = std::size(kPowersOfTen) - 1;
// Beyond it not every integer is a double.
constexpr double kMaxInteger = 9007199254740992.0;

bool SameBits(double a, double b) {
  return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b);
}

bool IsFloat(double value) {
  // Narrowing a double out of range is undefined; a NaN's payload may be lost, which is seen.
  if (std::isfinite(value) && std::abs(value) > std::numeric_limits<float>::max()) return false;
  return SameBits(static_cast<double>(static_cast<float>(value)), value);
}

std::optional<int64_t> AsDecimal(double value, int exponent) {
  const double scaled = std::nearbyint(value * kPowersOfTen[exponent]);
  if (!(std::abs(scaled) <= kMaxInteger)) return std::nullopt;
  const auto integer = static_cast<int64_t>(scaled);
  if (!SameBits(static_cast<double>(integer) / kPowersOfTen[exponent], value)) return std::nullopt;
  return integer;
}

// The values as decimals of one exponent, if that is possible.
std::optional<std::string> AsDecimals(std::span<const double> values) {
  // Which exponent the first value needs is the least that can do; a later one may need more.
  std::vector<int64_t> integers(values.size());
  int exponent = 0;
  for (size_t i = 0; i < values.size();) {
    const std::optional<int64_t> integer = AsDecimal(values[i], exponent);
    if (integer) {
      integers[i++] = *integer;
    } else if (++exponent > kMaxExponent) {
      return std::nullopt;
    } else {
      i = 0;
    }
  }
  std::string out;
  out.push_back(static_cast<char>(exponent));
  AppendIntegers(integers, &out);
  return out;
}

template <typename Number>
void AppendNumber(Number number, std::string* out) {
  out->append(reinterpret_cast<const char*>(&number), sizeof(number));
}

// Floats and doubles, with a bit for each value if both occur.
void AppendBinary(std::span<const double> values, std::string* out) {
  std::string is_double((values.size() + 7) / 8, '\0');
  std::string floats;
  std::string doubles;
  for (size_t i = 0; i < values.size(); ++i) {
    if (IsFloat(values[i])) {
      AppendNumber(static_cast<float>(values[i]), &floats);
    } else {
      AppendNumber(values[i], &doubles);
      is_double[i / 8] = static_cast<char>(is_double[i / 8] | (1 << (i % 8)));
    }
  }
  if (doubles.empty()) {
    out->push_back(kFloats);
    out->append(floats);
  } else if (is_double.size() + floats.size() + doubles.size() < values.size() * sizeof(double)) {
    out->push_back(kMixed);
    out->append(is_double).append(floats).append(doubles);
  } else {
    out->push_back(kDoubles);
    out->append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
  }
}

template <typename Number>
Number NumberAt(std::string_view bytes, size_t index) {
  Number number;
  std::memcpy(&number, bytes.data() + index * sizeof(Number), sizeof(Number));
  return number;
}

bool ReadFloats(ByteReader* reader, std::span<double> values) {
  std::string_view floats;
  if (!reader->ReadBytes(values.size() * sizeof(float), &floats)) return false;
  for (size_t i = 0; i < values.size(); ++i) values[i] = NumberAt<float>(floats, i);
  return true;
}

bool ReadMixed(ByteReader* reader, std::span<double> values) {
  std::string_view is_double;
  if (!reader->ReadBytes((values.size() + 7) / 8, &is_double)) return false;
  const auto picks_double = [&](size_t i) {
    return ((static_cast<uint8_t>(is_double[i / 8]) >> (i % 8)) & 1) != 0;
  };
  size_t count = 0;
  for (size_t i = 0; i < values.size(); ++i) count += picks_double(i) ? 1 : 0;
  std::string_view floats;
  std::string_view doubles;
  if (!reader->ReadBytes((values.size() - count) * sizeof(float), &floats) ||
      !reader->ReadBytes(count * sizeof(double), &doubles)) {
    return false;
  }
  size_t next_float = 0;
  size_t next_double = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = picks_double(i) ? NumberAt<double>(doubles, next_double++)
                                : NumberAt<float>(floats, next_float++);
  }
  return true;
}

bool ReadDecimals(ByteReader* reader, std::span<double> values) {
  uint8_t exponent = 0;
  if (!reader->ReadByte(&exponent) || exponent > kMaxExponent) return false;
  std::vector<int64_t> integers(values.size());
  if (!ReadIntegers(reader, integers)) return false;
  std::ranges::transform(integers, values.begin(), [&](int64_t integer) {
    return static_cast<double>(integer) / kPowersOfTen[exponent];
  });
  return true;
}

}  // namespace

void AppendValues(std::span<const double> values, std::string* out) {
  if (values.empty()) return;
  if (std::ranges::all_of(values, [&](double value) { return SameBits(value, values[0]); })) {
    out->push_back(kConstant);
    AppendNumber(values[0], out);
    return;
  }
  std::string binary;
  AppendBinary(values, &binary);
  const std::optional<std::string> decimals = AsDecimals(values);
  if (decimals && decimals->size() < binary.size()) {
    out->push_back(kDecimals);
    out->append(*decimals);
  } else {
    out->append(binary);
  }
}

bool ReadValues(ByteReader* reader, std::span<double> values) {
  if (values.empty()) return true;
  uint8_t coding = 0;
  if (!reader->ReadByte(&coding)) return false;
  std::string_view bytes;
  switch (coding) {
    case kDoubles:
      if (!reader->ReadBytes(values.size_bytes(), &bytes)) return false;
      std::memcpy(values.data(), bytes.data(), bytes.size());
      return true;
    case kFloats:
      return ReadFloats(reader, values);
    case kMixed:
      return ReadMixed(reader, values);
    case kDecimals:
      return ReadDecimals(reader, values);
    case kConstant:
      if (!reader->ReadBytes(sizeof(double), &bytes)) return false;
      std::ranges::fill(values, NumberAt<double>(bytes, 0));
      return true;
    default:
      return false;
  }
}

}  // namespace rookery::segment
