#include "libs/db/postgres_parameters.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

namespace rookery::db {
namespace {

void Append(std::string& out, int64_t number) {
  fmt::format_to(std::back_inserter(out), "{}", number);
}

void Append(std::string& out, double number) {
  // fmt would print the sign of a NaN.
  fmt::format_to(std::back_inserter(out), "{}", std::isnan(number) ? NAN : number);
}

void AppendHex(std::string& out, std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  size_t at = out.size();
  out.resize(at + 2 * bytes.size());
  for (const char byte : bytes) {
    out[at++] = kDigits[static_cast<unsigned char>(byte) >> 4];
    out[at++] = kDigits[static_cast<unsigned char>(byte) & 15];
  }
}

// One element of an array.
void AppendElement(std::string& out, std::string_view text, RowType type) {
  out.push_back('"');
  if (type == RowType::kBytes) {
    out.append("\\\\x");
    AppendHex(out, text);
  } else {
    for (const char c : text) {
      if (c == '"' || c == '\\') out.push_back('\\');
      out.push_back(c);
    }
  }
  out.push_back('"');
}
void AppendElement(std::string& out, int64_t number, RowType) { Append(out, number); }
void AppendElement(std::string& out, double number, RowType) { Append(out, number); }

template <typename T>
void AppendElement(std::string& out, const std::optional<T>& value, RowType type) {
  if (value) {
    AppendElement(out, *value, type);
  } else {
    out.append("NULL");
  }
}

template <typename Container>
std::string Array(const Container& elements, RowType type) {
  std::string out = "{";
  for (const auto& element : elements) {
    if (out.size() > 1) out.push_back(',');
    AppendElement(out, element, type);
  }
  out.push_back('}');
  return out;
}

std::string Text(std::monostate) { return {}; }
std::string Text(std::string_view text) { return std::string(text); }
std::string Text(const TextList* list) { return Array(*list, RowType::kText); }
std::string Text(const IntList* list) { return Array(*list, RowType::kInt); }
std::string Text(Bytes bytes) {
  std::string out = "\\x";
  AppendHex(out, bytes.data);
  return out;
}
template <typename Number>
std::string Text(Number number) {
  std::string out;
  Append(out, number);
  return out;
}

}  // namespace

std::vector<PostgresParameter> Parameters(const Values& values,
                                          const std::vector<RowType>& row_types,
                                          const Columns& columns) {
  std::vector<PostgresParameter> parameters;
  parameters.reserve(values.size() + columns.size());
  for (const Value& value : values) parameters.push_back({.value = &value});
  for (size_t i = 0; i < columns.size(); ++i) {
    parameters.push_back({.column = &columns[i], .type = row_types[i]});
  }
  return parameters;
}

std::string ToPostgresText(const PostgresParameter& parameter) {
  if (parameter.value != nullptr) {
    return std::visit([](const auto& value) { return Text(value); }, *parameter.value);
  }
  return std::visit([&](const auto& column) { return Array(column, parameter.type); },
                    *parameter.column);
}

}  // namespace rookery::db
