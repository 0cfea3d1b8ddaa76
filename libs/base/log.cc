#include "libs/base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>

#include <string>

namespace rookery {

bool SetUpLogging(std::string_view level) {
  const auto parsed = spdlog::level::from_str(std::string(level));
  // from_str answers `off` for words that it does not know.
  if (parsed == spdlog::level::off) return false;
  spdlog::set_default_logger(spdlog::stderr_color_mt("rookery"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
  spdlog::set_level(parsed);
  return true;
}

}  // namespace rookery
