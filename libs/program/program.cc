#include "libs/program/program.h"

#include <absl/strings/ascii.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <utility>

#include "libs/base/log.h"
#include "libs/base/version.h"
#include "libs/rpc/server.h"

namespace rookery::program {
namespace {

constexpr int kMaxDrainSeconds = 3600;

void NameEnvironmentVariables(CLI::App& command) {
  for (CLI::Option* option : command.get_options()) {
    if (option->get_lnames().empty() || !option->get_envname().empty()) continue;
    std::string name = absl::AsciiStrToUpper(option->get_lnames().front());
    if (name == "HELP" || name == "VERSION") continue;
    std::replace(name.begin(), name.end(), '-', '_');
    option->envname("ROOKERY_" + name);
  }
  for (CLI::App* child : command.get_subcommands({})) NameEnvironmentVariables(*child);
}

}  // namespace

Program::Program(const std::string& name, const std::string& description)
    : name_(name), app_(description, name) {
  app_.set_version_flag("--version", fmt::format("{} {}", name, kVersion));
}

void Program::OnRun(CLI::App& command, std::function<Status()> action) {
  command.add_option("--log-level", log_level_, "What to log on stderr, and what is worse")
      ->check(CLI::IsMember({"trace", "debug", "info", "warning", "error"}))
      ->capture_default_str();
  command.callback([this, &command, action = std::move(action)] {
    // One of its own commands was called, and has chosen before.
    if (command.get_subcommands().empty()) chosen_ = action;
  });
}

void Program::OnServe(CLI::App& command, std::function<Status(Lifetime&)> action) {
  command
      .add_option("--drain-seconds", drain_seconds_,
                  "How long requests in flight may take to end after SIGTERM")
      ->check(CLI::Range(0, kMaxDrainSeconds))
      ->capture_default_str();
  OnRun(command, [this, action = std::move(action)] {
    rpc::QuietenGrpc();
    Lifetime lifetime(absl::Seconds(drain_seconds_));
    return action(lifetime);
  });
}

int Program::Run(int argc, const char* const* argv) {
  try {
    NameEnvironmentVariables(app_);
    return Parse(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: {}\n", name_, error.what());
    return 1;
  }
}

int Program::Parse(int argc, const char* const* argv) {
  try {
    app_.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app_.exit(error) == 0 ? 0 : kUsageError;
  }
  SetUpLogging(log_level_);
  const Status status = chosen_();
  if (status.ok()) return 0;
  fmt::print(stderr, "{}: {}\n", name_, std::string(status.message()));
  return kUsageError;
}

}  // namespace rookery::program
