#include "libs/tokens/json_object.h"

#include <fmt/format.h>

#include "libs/checks/text.h"

namespace rookery::tokens {

JsonObject& JsonObject::Set(const std::string& name, std::string_view text) {
  members_[name] = QuotedJson(text);
  return *this;
}

JsonObject& JsonObject::Set(const std::string& name, const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  for (const std::string& text : texts) quoted.push_back(QuotedJson(text));
  members_[name] = fmt::format("[{}]", fmt::join(quoted, ","));
  return *this;
}

JsonObject& JsonObject::Set(const std::string& name, absl::Time time) {
  members_[name] = std::to_string(absl::ToUnixSeconds(time));
  return *this;
}

JsonObject& JsonObject::Remove(const std::string& name) {
  members_.erase(name);
  return *this;
}

std::string JsonObject::Json() const {
  std::string json = "{";
  for (const auto& [name, value] : members_) {
    if (json.size() > 1) json.push_back(',');
    json += QuotedJson(name) + ":" + value;
  }
  return json + "}";
}

}  // namespace rookery::tokens
