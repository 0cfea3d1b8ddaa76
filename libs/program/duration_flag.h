// Flags that are durations.
#pragma once

#include <absl/time/time.h>

#include <CLI/App.hpp>
#include <string>

namespace rookery::program {

// Takes what absl::ParseDuration does (15m, 1h30m), at least zero; `*value` is the default.
void AddDuration(CLI::App& command, const std::string& flag, absl::Duration* value,
                 const std::string& description);

}  // namespace rookery::program
