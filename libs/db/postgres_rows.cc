#include "libs/db/postgres_rows.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/db/errors.h"
#include "libs/db/postgres_binary.h"

namespace rookery::db {
namespace {

using Reader = void (*)(Table& table, std::string_view bytes);

void AddText(Table& table, std::string_view bytes) { table.AddView(bytes); }
void AddBool(Table& table, std::string_view bytes) { table.AddInt(bytes[0]); }

template <typename Integer>
void AddInt(Table& table, std::string_view bytes) {
  table.AddInt(LoadBig<Integer>(bytes.data()));
}
void AddFloat4(Table& table, std::string_view bytes) {
  table.AddReal(std::bit_cast<float>(LoadBig<uint32_t>(bytes.data())));
}
void AddFloat8(Table& table, std::string_view bytes) {
  table.AddReal(std::bit_cast<double>(LoadBig<uint64_t>(bytes.data())));
}

// What sum() and avg() of integers answer. An integer if it is one that fits: digits to the base of
// 10,000, the first of which counts 10,000 to the power of `weight`.
void AddNumeric(Table& table, std::string_view bytes) {
  constexpr uint16_t kNegative = 0x4000;
  // Of 16 bits each: how many digits, weight, sign, and how many digits to show.
  constexpr int kHeaderNumbers = 4;
  const auto number_at = [&](int i) {
    return LoadBig<int16_t>(bytes.data() + sizeof(int16_t) * static_cast<size_t>(i));
  };
  const int digits = number_at(0);
  const int weight = number_at(1);
  const auto sign = static_cast<uint16_t>(number_at(2));
  const auto digit = [&](int i) { return i < digits ? number_at(kHeaderNumbers + i) : int16_t{0}; };
  int64_t integer = 0;
  bool fits = sign <= kNegative && digits <= weight + 1;
  for (int i = 0; fits && i <= weight; ++i) {
    fits = !__builtin_mul_overflow(integer, 10'000, &integer) &&
           !__builtin_add_overflow(integer, digit(i), &integer);
  }
  if (fits) return table.AddInt(sign == kNegative ? -integer : integer);
  double number = sign <= kNegative ? 0 : NAN;
  for (int i = 0; i < digits; ++i) number += digit(i) * std::pow(10'000.0, weight - i);
  table.AddReal(sign == kNegative ? -number : number);
}

// By the type's number in pg_type; null for one that no statement of ours answers.
Reader ReaderOf(Oid type) {
  switch (type) {
    case 16:
      return AddBool;
    case 20:
      return AddInt<int64_t>;
    case 21:
      return AddInt<int16_t>;
    case 23:
      return AddInt<int32_t>;
    case 26:  // oid
      return AddInt<uint32_t>;
    case 700:
      return AddFloat4;
    case 701:
      return AddFloat8;
    case 1700:
      return AddNumeric;
    case 17:    // bytea
    case 19:    // name
    case 25:    // text
    case 1043:  // varchar
    case 2278:  // void
      return AddText;
    default:
      return nullptr;
  }
}

}  // namespace

StatusOr<Rows> FromPostgres(std::string_view statement, PostgresResult answer) {
  const PGresult& result = *answer;
  const int rows = PQntuples(&result);
  Table table;
  table.columns = PQnfields(&result);
  std::vector<Reader> readers;
  readers.reserve(static_cast<size_t>(table.columns));
  for (int column = 0; column < table.columns; ++column) {
    const Oid type = PQftype(&result, column);
    readers.push_back(ReaderOf(type));
    if (readers.back() == nullptr) {
      return FaultStatus(
          Fault::kBug, statement,
          fmt::format("column {} is of type {}, which is not read; cast it", column + 1, type));
    }
  }
  table.cells.reserve(static_cast<size_t>(table.columns) * static_cast<size_t>(rows));
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < table.columns; ++column) {
      const char* const value = PQgetvalue(&result, row, column);
      const int length = PQgetlength(&result, row, column);
      // Of no length is a NULL, or an empty text.
      if (length == 0 && PQgetisnull(&result, row, column) != 0) {
        table.AddNull();
      } else {
        readers[static_cast<size_t>(column)](table, {value, static_cast<size_t>(length)});
      }
    }
  }
  table.driver_memory = std::move(answer);
  return Rows(std::move(table));
}

}  // namespace rookery::db
