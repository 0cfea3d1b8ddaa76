// Logging: one line an event, on standard error.
#pragma once

#include <spdlog/spdlog.h>

#include <memory>
#include <string_view>

#include "libs/base/call_context.h"

namespace rookery {

// Called once, by main. `level` is one of trace, debug, info, warning, error. False if it is none.
bool SetUpLogging(std::string_view level);

// What makes the lines, for loggers that write elsewhere.
std::unique_ptr<spdlog::formatter> NewLogFormatter();

// While it lives, every line that its thread logs names the call: `request_id=... trace_id=...`
// comes before the line's own text. Of scopes within each other the innermost counts. The context
// must outlive it; a coroutine must not be suspended in it.
class LogScope {
 public:
  explicit LogScope(const CallContext& call);
  ~LogScope();
  LogScope(const LogScope&) = delete;
  LogScope& operator=(const LogScope&) = delete;

 private:
  const CallContext* const outer_;
};

}  // namespace rookery
