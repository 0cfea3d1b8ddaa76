// A program's command line, from its flags to its exit code.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <functional>
#include <string>

#include "libs/base/status.h"
#include "libs/program/lifetime.h"

namespace rookery::program {

// The exit code for a flag, a URI, a folder or an address that cannot be used.
inline constexpr int kUsageError = 2;

// Lives in main; used by one thread. Add flags to app() or to commands of it, say what to do, Run.
//
// Every flag with a long name can also be given as an environment variable, --backend-store-uri as
// ROOKERY_BACKEND_STORE_URI; the command line goes first.
class Program {
 public:
  // `name` is the program's; `description` is what --help begins with.
  Program(const std::string& name, const std::string& description);

  CLI::App& app() { return app_; }

  // `action` runs if `command` (app() or a command of it) is called, and none of its own commands.
  // Its error is one line on standard error and the exit code kUsageError.
  void OnRun(CLI::App& command, std::function<Status()> action);

  // The same for what serves until it is stopped; gives it --drain-seconds.
  void OnServe(CLI::App& command, std::function<Status(Lifetime&)> action);

  // Reads the command line and does as it says. Returns the exit code.
  int Run(int argc, const char* const* argv);

 private:
  int Parse(int argc, const char* const* argv);

  const std::string name_;
  CLI::App app_;
  std::function<Status()> chosen_;
  std::string log_level_ = "info";
  int drain_seconds_ = 10;
};

}  // namespace rookery::program
