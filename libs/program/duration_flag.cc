#include "libs/program/duration_flag.h"

namespace rookery::program {

void AddDuration(CLI::App& command, const std::string& flag, absl::Duration* value,
                 const std::string& description) {
  command
      .add_option_function<std::string>(
          flag, [value](const std::string& text) { absl::ParseDuration(text, value); }, description)
      ->check([](const std::string& text) {
        absl::Duration time;
        const bool is_valid = absl::ParseDuration(text, &time) && time >= absl::ZeroDuration();
        return is_valid ? "" : "'" + text + "' is no duration, which would be 15m or 1h30m";
      })
      ->default_str(absl::FormatDuration(*value));
}

}  // namespace rookery::program
