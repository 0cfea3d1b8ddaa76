// Logging: one line an event, on standard error.
#pragma once

#include <spdlog/spdlog.h>

#include <string_view>

namespace rookery {

// Called once, by main. `level` is one of trace, debug, info, warning, error. False if it is none.
bool SetUpLogging(std::string_view level);

}  // namespace rookery
