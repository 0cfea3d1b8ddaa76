#include "libs/base/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include <memory>
#include <string>
#include <utility>

#include "libs/base/trace.h"

namespace rookery {
namespace {

constexpr char kPattern[] = "%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %*%v";

thread_local const CallContext* current_call = nullptr;

// The pattern's `%*`.
class CallFlag final : public spdlog::custom_flag_formatter {
 public:
  // Runs on the thread that logs, since our loggers have no queue.
  void format(const spdlog::details::log_msg&, const std::tm&,
              spdlog::memory_buf_t& line) override {
    if (current_call == nullptr) return;
    fmt::format_to(std::back_inserter(line), "request_id={} trace_id={} ", current_call->request_id,
                   TraceId(current_call->traceparent));
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<CallFlag>();
  }
};

}  // namespace

std::unique_ptr<spdlog::formatter> NewLogFormatter() {
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  formatter->add_flag<CallFlag>('*').set_pattern(kPattern);
  return formatter;
}

bool SetUpLogging(std::string_view level) {
  const auto parsed = spdlog::level::from_str(std::string(level));
  // from_str answers `off` for words that it does not know.
  if (parsed == spdlog::level::off) return false;
  spdlog::set_default_logger(std::make_shared<spdlog::logger>(
      "rookery", std::make_shared<spdlog::sinks::stderr_color_sink_mt>()));
  spdlog::set_formatter(NewLogFormatter());
  spdlog::set_level(parsed);
  return true;
}

LogScope::LogScope(const CallContext& call) : outer_(std::exchange(current_call, &call)) {}
LogScope::~LogScope() { current_call = outer_; }

}  // namespace rookery
