#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>
#include <exception>

#include "services/standalone/commands.h"

namespace {

int Run(int argc, char** argv) {
  CLI::App app(
      "Rookery keeps what machine-learning runs produce, behind MLflow's API.\n"
      "Start with `rookery server`, then point MLFLOW_TRACKING_URI at the address that it prints.",
      "rookery");
  app.require_subcommand(1);
  int exit_code = 0;
  rookery::standalone::AddCommands(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : rookery::standalone::kUsageError;
  }
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "rookery: %s\n", error.what());
    return 1;
  }
}
