#include "libs/db/values.h"

#include <fmt/format.h>
#include <simdjson.h>

#include "libs/db/errors.h"

namespace rookery::db {
namespace {

size_t Length(const Column& column) {
  return std::visit([](const auto& values) { return values.size(); }, column);
}

bool Fits(RowType type, const Column& column) {
  switch (type) {
    case RowType::kInt:
      return std::holds_alternative<std::vector<int64_t>>(column) ||
             std::holds_alternative<std::vector<std::optional<int64_t>>>(column);
    case RowType::kReal:
      return std::holds_alternative<std::vector<double>>(column);
    case RowType::kText:
    case RowType::kBytes:
      return std::holds_alternative<std::vector<std::string>>(column) ||
             std::holds_alternative<std::vector<std::optional<std::string>>>(column);
  }
  return false;
}

Status CheckTexts(const Column& column) {
  if (const auto* texts = std::get_if<std::vector<std::string>>(&column)) {
    for (const auto& text : *texts) RETURN_IF_ERROR(CheckText(text));
  } else if (const auto* some = std::get_if<std::vector<std::optional<std::string>>>(&column)) {
    for (const auto& text : *some) {
      if (text) RETURN_IF_ERROR(CheckText(*text));
    }
  }
  return absl::OkStatus();
}

}  // namespace

Status CheckText(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    return absl::InvalidArgumentError("A text holds the character NUL, which cannot be stored.");
  }
  if (!simdjson::validate_utf8(text.data(), text.size())) {
    return absl::InvalidArgumentError("A text is not valid UTF-8.");
  }
  return absl::OkStatus();
}

Status CheckValues(const Statement& statement, const Translation& translation,
                   const Values& values) {
  if (values.size() != static_cast<size_t>(translation.values)) {
    return FaultStatus(Fault::kBug, statement.name,
                       fmt::format("takes {} values, not {}", translation.values, values.size()));
  }
  for (const Value& value : values) {
    if (const auto* text = std::get_if<std::string_view>(&value)) {
      RETURN_IF_ERROR(CheckText(*text));
    } else if (const auto* texts = std::get_if<const TextList*>(&value)) {
      for (const auto& text : **texts) RETURN_IF_ERROR(CheckText(text));
    }
  }
  return absl::OkStatus();
}

Status CheckColumns(const Statement& statement, const Translation& translation,
                    const Columns& columns) {
  const auto bug = [&](std::string_view words) {
    return FaultStatus(Fault::kBug, statement.name, words);
  };
  const auto& types = translation.row_types;
  if (types.empty()) return bug("has no word `@rows(...)@`");
  if (types.size() != columns.size()) return bug("takes another number of columns");
  for (size_t i = 0; i < columns.size(); ++i) {
    if (!Fits(types[i], columns[i])) return bug(fmt::format("column {} has another type", i + 1));
    if (Length(columns[i]) != Length(columns[0])) return bug("the columns' lengths differ");
    if (types[i] == RowType::kText) RETURN_IF_ERROR(CheckTexts(columns[i]));
  }
  return absl::OkStatus();
}

size_t RowCount(const Columns& columns) { return columns.empty() ? 0 : Length(columns[0]); }

}  // namespace rookery::db
