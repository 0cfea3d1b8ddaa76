#include "libs/db/postgres_rows.h"

#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
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

static_assert(std::endian::native == std::endian::little, "the loads below are little-endian");

// Eight digits, the first lowest, as four bytes. Segments of metrics come by the megabyte.
constexpr uint32_t FromHex(uint64_t digits) {
  // The low half of a digit is its value. That of a letter, which bit 6 tells, is less by 9.
  const uint64_t halves = (digits & 0x0f0f0f0f0f0f0f0f) + 9 * (digits >> 6 & 0x0101010101010101);
  const uint64_t apart = (halves << 4 | halves >> 8) & 0x00ff00ff00ff00ff;
  const uint64_t paired = (apart | apart >> 8) & 0x0000ffff0000ffff;
  return static_cast<uint32_t>(paired | paired >> 16);
}
static_assert(FromHex(0x6665303962613130) == 0xef90ab01, "of \"01ab90ef\"");

void AddBytes(Table& table, std::string_view text) {
  text.remove_prefix(2);
  const size_t size = text.size() / 2;
  const size_t begin = table.heap.size();
  table.heap.resize(begin + size);
  char* out = table.heap.data() + begin;
  const auto read = [&](size_t at, size_t bytes) {
    uint64_t digits = 0;
    std::memcpy(&digits, text.data() + 2 * at, 2 * bytes);
    const uint32_t word = FromHex(digits);
    std::memcpy(out + at, &word, bytes);
  };
  size_t done = 0;
  for (; size - done >= sizeof(uint32_t); done += sizeof(uint32_t)) read(done, sizeof(uint32_t));
  read(done, size - done);
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
