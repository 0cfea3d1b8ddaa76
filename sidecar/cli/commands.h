// The commands of rookery-sidecar but for `run`.
#pragma once

#include "libs/program/program.h"
#include "sidecar/sidecar.h"

namespace rookery::sidecar {

// Flags that say where the upstream is and what it is shown.
void AddUpstreamFlags(CLI::App& command, SidecarOptions* options);

// Each adds a command to `program`. `exit_code` outlives it, and is set to 1 by a command that did
// its work and has no good news.
void AddInspect(program::Program& program);
void AddVerify(program::Program& program, int* exit_code);
void AddQuarantine(program::Program& program, int* exit_code);
void AddDrain(program::Program& program, int* exit_code);
void AddAdopt(program::Program& program);

}  // namespace rookery::sidecar
