#include "libs/http/headers.h"

#include <absl/strings/match.h>

#include <algorithm>

namespace rookery::http {

bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  return absl::EqualsIgnoreCase({a.data(), a.size()}, {b.data(), b.size()});
}

std::optional<std::string_view> Headers::Find(std::string_view name) const {
  for (const Header& field : fields_) {
    if (EqualsIgnoreCase(field.name, name)) return field.value;
  }
  return std::nullopt;
}

size_t Headers::Count(std::string_view name) const {
  return std::count_if(fields_.begin(), fields_.end(),
                       [name](const Header& field) { return EqualsIgnoreCase(field.name, name); });
}

}  // namespace rookery::http
