#include <absl/strings/str_cat.h>
#include <absl/time/time.h>
#include <fmt/format.h>

#include <memory>

#include "sidecar/cli/commands.h"

namespace rookery::sidecar {
namespace {

Status Drain(SidecarOptions options, int timeout_seconds, int* exit_code) {
  options.http.clear();
  options.metrics.clear();
  ASSIGN_OR_RETURN(const auto sidecar, Sidecar::Start(options));
  const Status flushed = sidecar->Flush(timeout_seconds > 0 ? absl::Seconds(timeout_seconds)
                                                            : absl::InfiniteDuration());
  sidecar->Stop(absl::ZeroDuration());
  if (flushed.ok()) {
    fmt::print("All that was in the spool is upstream, or in quarantine.\n");
    return absl::OkStatus();
  }
  fmt::print("Not all is upstream yet; it stays in the spool: {}\n",
             std::string(flushed.message()));
  *exit_code = 1;
  return absl::OkStatus();
}

}  // namespace

void AddDrain(program::Program& program, int* exit_code) {
  const auto options = std::make_shared<SidecarOptions>();
  const auto timeout = std::make_shared<int>(0);
  CLI::App& command = *program.app().add_subcommand(
      "drain",
      "Forward what a spool holds, and end: before a disk is given back.\n"
      "Takes the spool as a running sidecar does, so stop that first. Exit code 0: nothing is left "
      "to send; 1: something is, and stays.");
  command.add_option("--spool", options->spool.folder, "The spool's folder")->required();
  command.add_flag("--adopt", options->spool.adopt,
                   "Take over a folder that was copied or moved here from another place");
  command.add_option("--timeout", *timeout, "Seconds to try for; 0: until it is done")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  AddUpstreamFlags(command, options.get());
  program.OnRun(command, [=] { return Drain(*options, *timeout, exit_code); });
}

}  // namespace rookery::sidecar
