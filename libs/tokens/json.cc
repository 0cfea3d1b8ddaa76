#include "libs/tokens/json.h"

namespace rookery::tokens {
namespace {

using simdjson::dom::element;

// False if there is no such member.
bool Find(const simdjson::dom::object& object, std::string_view name, element* member) {
  return object[name].get(*member) == simdjson::SUCCESS && !member->is_null();
}

std::optional<std::string> Text(const element& value) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return std::nullopt;
  return std::string(text);
}

}  // namespace

std::optional<std::string> TextMember(const simdjson::dom::object& object, std::string_view name) {
  element member;
  if (!Find(object, name, &member)) return "";
  return Text(member);
}

std::optional<std::vector<std::string>> TextsMember(const simdjson::dom::object& object,
                                                    std::string_view name) {
  element member;
  std::vector<std::string> texts;
  if (!Find(object, name, &member)) return texts;
  simdjson::dom::array members;
  if (member.get(members) != simdjson::SUCCESS) {
    const std::optional<std::string> text = Text(member);
    if (!text.has_value()) return std::nullopt;
    texts.push_back(*text);
    return texts;
  }
  for (const element each : members) {
    std::optional<std::string> text = Text(each);
    if (!text.has_value()) return std::nullopt;
    texts.push_back(*std::move(text));
  }
  return texts;
}

}  // namespace rookery::tokens
