#include "libs/transcode/field_path.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "libs/transcode/json_text.h"

namespace rookery::transcode {
namespace {

constexpr size_t kLongestEcho = 200;

std::string_view Cut(std::string_view text) {
  if (text.size() <= kLongestEcho) return text;
  size_t end = kLongestEcho;
  // Not within a character.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

// Without the blanks between its parts, as MLflow's server echoes what it was sent.
std::string Compact(std::string_view json) {
  // Simdjson writes past the end by up to its padding.
  std::string compact(json.size() + simdjson::SIMDJSON_PADDING, '\0');
  size_t size = 0;
  if (simdjson::minify(json.data(), json.size(), compact.data(), size) != simdjson::SUCCESS) {
    return std::string(json);
  }
  compact.resize(size);
  return compact;
}

}  // namespace

std::string FieldPath::ToString() const {
  std::string name = parent == nullptr ? "" : parent->ToString() + ".";
  name += field->name();
  if (index != kNone) name += fmt::format("[{}]", index);
  return name;
}

Status WrongType(const FieldPath& path, std::string_view json, std::string_view python_type) {
  // Two blanks before "Hint", as MLflow's server writes it.
  return InvalidValue(path, Compact(json),
                      fmt::format(" Hint: Value was of type '{}'.", python_type));
}

std::string_view PythonTypeOfNumber(std::string_view digits) {
  const auto is_of_floats = [](char c) { return c == '.' || c == 'e' || c == 'E'; };
  return std::ranges::none_of(digits, is_of_floats) ? "int" : "float";
}

Status InvalidValue(const FieldPath& path, std::string_view json, std::string_view hint) {
  const std::string_view shown = Cut(json);
  return absl::InvalidArgumentError(
      fmt::format("Invalid value {}{} for parameter '{}' supplied: {} See the API docs for more "
                  "information about request parameters.",
                  shown, shown.size() < json.size() ? "..." : "", path.ToString(), hint));
}

std::string Quoted(std::string_view text) {
  std::string json;
  AppendJsonString(text, &json);
  return json;
}

}  // namespace rookery::transcode
