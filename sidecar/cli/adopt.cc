#include <memory>
#include <string>

#include "libs/program/duration_flag.h"
#include "sidecar/adopt/adopter.h"
#include "sidecar/cli/commands.h"

namespace rookery::sidecar {
void AddAdopt(program::Program& program) {
  const auto options = std::make_shared<AdopterOptions>();
  CLI::App& command = *program.app().add_subcommand(
      "adopt",
      "Forward what sidecars left behind that are gone for good: one on each node, where sidecars "
      "have their spools below one folder.\n"
      "A spool whose lock nobody holds for a while is taken, sent, and removed once nothing of it "
      "is left. One with records in quarantine stays: see `quarantine`.");
  command.add_option("--root", options->root, "Each folder in it is the spool of one sidecar")
      ->required();
  command.add_flag("--share-root", options->share_root,
                   "Make the root, and let processes of all users make their folders in it (mode "
                   "1777)");
  program::AddDuration(
      command, "--after", &options->after,
      "How long a spool must have had no owner: longer than a sidecar that crashed takes "
      "to be started again");
  program::AddDuration(command, "--interval", &options->interval, "Between looks; at most 1m");
  command.add_option("--metrics", options->admin, "Serve /metrics, /livez and /startupz here")
      ->capture_default_str();
  AddUpstreamFlags(command, &options->sidecar);
  command.set_config("--config", "", "A file with a line for each flag");
  program.OnServe(command, [=](auto& lifetime) -> Status {
    ASSIGN_OR_RETURN(auto adopter, Adopter::Start(*options));
    lifetime.ServeUntilStopped(adopter->Announcement(),
                               [&](absl::Duration /*grace*/) { adopter.reset(); });
    return absl::OkStatus();
  });
}

}  // namespace rookery::sidecar
