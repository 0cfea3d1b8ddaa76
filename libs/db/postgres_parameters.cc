#include "libs/db/postgres_parameters.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <optional>
#include <utility>

#include "libs/db/postgres_binary.h"

namespace rookery::db {
namespace {

// From pg_type, where they never change.
constexpr int32_t kBytea = 17;
constexpr int32_t kInt8 = 20;
constexpr int32_t kTextType = 25;
constexpr int32_t kFloat8 = 701;
constexpr int32_t kNullLength = -1;

int32_t OidOf(RowType type) {
  switch (type) {
    case RowType::kText:
      break;
    case RowType::kInt:
      return kInt8;
    case RowType::kReal:
      return kFloat8;
    case RowType::kBytes:
      return kBytea;
  }
  return kTextType;
}

void AppendElement(std::string& out, std::string_view bytes) {
  AppendBig(out, static_cast<int32_t>(bytes.size()));
  out.append(bytes);
}
void AppendElement(std::string& out, int64_t number) {
  AppendBig(out, static_cast<int32_t>(sizeof(number)));
  AppendBig(out, number);
}
void AppendElement(std::string& out, double number) {
  AppendElement(out, std::bit_cast<int64_t>(number));
}
template <typename T>
void AppendElement(std::string& out, const std::optional<T>& value) {
  if (value) {
    AppendElement(out, *value);
  } else {
    AppendBig(out, kNullLength);
  }
}

size_t SizeOf(const std::string& text) { return text.size(); }
size_t SizeOf(const std::optional<std::string>& text) { return text ? text->size() : 0; }
template <typename Number>
size_t SizeOf(const Number&) {
  return sizeof(int64_t);
}

// The format of array_recv: dimensions, whether there may be NULLs (it looks for itself), the
// type, and of the one dimension its length and first index.
template <typename Container>
std::string Array(const Container& elements, RowType type) {
  size_t size = 5 * sizeof(int32_t);
  for (const auto& element : elements) size += sizeof(int32_t) + SizeOf(element);
  std::string out;
  out.reserve(size);
  AppendBig(out, int32_t{elements.empty() ? 0 : 1});
  AppendBig(out, int32_t{0});
  AppendBig(out, OidOf(type));
  if (elements.empty()) return out;
  AppendBig(out, static_cast<int32_t>(elements.size()));
  AppendBig(out, int32_t{1});
  for (const auto& element : elements) AppendElement(out, element);
  return out;
}

std::string Text(int64_t number) { return fmt::format("{}", number); }
// fmt would print the sign of a NaN.
std::string Text(double number) { return fmt::format("{}", std::isnan(number) ? NAN : number); }
std::string Text(std::string_view text) { return std::string(text); }

}  // namespace

PostgresParameters::PostgresParameters(const Values& values, const std::vector<RowType>& row_types,
                                       const Columns& columns) {
  const size_t count = values.size() + columns.size();
  own_.reserve(count);
  pointers_.reserve(count);
  lengths_.reserve(count);
  formats_.reserve(count);
  for (const Value& value : values) Add(value);
  for (size_t i = 0; i < columns.size(); ++i) {
    AddOwn(std::visit([&](const auto& column) { return Array(column, row_types[i]); }, columns[i]),
           kBinary);
  }
}

void PostgresParameters::Add(const Value& value) {
  if (std::holds_alternative<std::monostate>(value)) {
    AddPointer(nullptr, 0, kText);
  } else if (const auto* bytes = std::get_if<Bytes>(&value)) {
    AddPointer(bytes->data.empty() ? "" : bytes->data.data(), bytes->data.size(), kBinary);
  } else if (const auto* texts = std::get_if<const TextList*>(&value)) {
    AddOwn(Array(**texts, RowType::kText), kBinary);
  } else if (const auto* numbers = std::get_if<const IntList*>(&value)) {
    AddOwn(Array(**numbers, RowType::kInt), kBinary);
  } else if (const auto* text = std::get_if<std::string_view>(&value)) {
    AddOwn(Text(*text), kText);
  } else if (const auto* integer = std::get_if<int64_t>(&value)) {
    AddOwn(Text(*integer), kText);
  } else {
    AddOwn(Text(std::get<double>(value)), kText);
  }
}

void PostgresParameters::AddOwn(std::string bytes, Format format) {
  const std::string& kept = own_.emplace_back(std::move(bytes));
  AddPointer(kept.c_str(), kept.size(), format);
}

void PostgresParameters::AddPointer(const char* data, size_t size, Format format) {
  pointers_.push_back(data);
  lengths_.push_back(static_cast<int>(size));
  formats_.push_back(format);
}

}  // namespace rookery::db
