#include "libs/db/postgres_rows.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <vector>

namespace rookery::db {
namespace {

// How the texts of a column are read, from its type's number in pg_type.
enum class Reading { kText, kBool, kNumber, kReal, kBytes };

Reading ReadingOf(pqxx::oid type) {
  switch (type) {
    case 16:
      return Reading::kBool;
    case 17:
      return Reading::kBytes;
    case 20:    // int8
    case 21:    // int2
    case 23:    // int4
    case 26:    // oid
    case 1700:  // numeric
      return Reading::kNumber;
    case 700:  // float4
    case 701:  // float8
      return Reading::kReal;
    default:
      return Reading::kText;
  }
}

template <typename Number>
bool Parse(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

void AddReal(Table& table, std::string_view text) {
  double number = 0;
  Parse(text, number);
  table.AddReal(number);
}

// Segments of metrics come by the megabyte, so digits are looked up.
constexpr auto kHexDigits = [] {
  std::array<uint8_t, 256> values{};
  for (uint8_t i = 0; i < 10; ++i) values['0' + i] = i;
  for (uint8_t i = 0; i < 6; ++i) values['a' + i] = static_cast<uint8_t>(10 + i);
  return values;
}();

void AddBytes(Table& table, std::string_view text) {
  text.remove_prefix(2);
  const size_t size = text.size() / 2;
  const size_t begin = table.heap.size();
  table.heap.resize(begin + size);
  char* out = table.heap.data() + begin;
  const auto* in = reinterpret_cast<const unsigned char*>(text.data());
  for (size_t i = 0; i < size; ++i) {
    out[i] = static_cast<char>(kHexDigits[in[2 * i]] << 4 | kHexDigits[in[2 * i + 1]]);
  }
  table.AddHeapTail(size);
}

void Add(Table& table, Reading reading, std::string_view text) {
  switch (reading) {
    case Reading::kBool:
      table.AddInt(text == "t");
      break;
    case Reading::kNumber:
      if (int64_t number = 0; Parse(text, number)) {
        table.AddInt(number);
      } else {
        AddReal(table, text);
      }
      break;
    case Reading::kReal:
      AddReal(table, text);
      break;
    case Reading::kBytes:
      AddBytes(table, text);
      break;
    case Reading::kText:
      table.AddText(text);
      break;
  }
}

}  // namespace

Rows FromPostgres(const pqxx::result& result) {
  Table table;
  table.columns = static_cast<int>(result.columns());
  table.cells.reserve(static_cast<size_t>(table.columns) * result.size());
  std::vector<Reading> readings;
  readings.reserve(static_cast<size_t>(table.columns));
  for (int i = 0; i < table.columns; ++i) readings.push_back(ReadingOf(result.column_type(i)));
  // Iterators, because a copy of a row or field counts references, which is what most of the time
  // would go into.
  for (auto row = result.begin(); row != result.end(); ++row) {
    auto field = row->begin();
    for (const Reading reading : readings) {
      if (field->is_null()) {
        table.AddNull();
      } else {
        Add(table, reading, {field->c_str(), field->size()});
      }
      ++field;
    }
  }
  return Rows(std::move(table));
}

}  // namespace rookery::db
