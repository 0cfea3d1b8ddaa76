// The words of the command line.
#pragma once

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11 is named so.
class App;
}

namespace rookery::standalone {

// The exit code for a flag, a URI or a folder that cannot be used.
inline constexpr int kUsageError = 2;

// Adds `server`, `db upgrade` and `version`. Each runs while `app` parses and leaves its exit code
// in `exit_code`, which must outlive the parsing.
void AddCommands(CLI::App& app, int& exit_code);

}  // namespace rookery::standalone
