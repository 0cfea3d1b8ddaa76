// Members of JSON objects that others wrote.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::tokens {

// Each gives nothing if the member has another type, and its kind of emptiness if there is no such
// member or it is null.

std::optional<std::string> TextMember(const simdjson::dom::object& object, std::string_view name);

// A text alone counts as a list of one.
std::optional<std::vector<std::string>> TextsMember(const simdjson::dom::object& object,
                                                    std::string_view name);

}  // namespace rookery::tokens
