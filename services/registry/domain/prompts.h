// Prompts are registered models with a tag that says so; their versions keep the text in a tag and
// have no files.
#pragma once

#include <absl/strings/ascii.h>

#include <string>
#include <string_view>

namespace rookery::registry {

inline constexpr char kPromptTag[] = "mlflow.prompt.is_prompt";

// Of tags with one key the last counts.
template <typename Tags>
bool IsPrompt(const Tags& tags) {
  bool is_prompt = false;
  for (const auto& tag : tags) {
    if (tag.key() == kPromptTag) is_prompt = absl::AsciiStrToLower(tag.value()) == "true";
  }
  return is_prompt;
}

}  // namespace rookery::registry
