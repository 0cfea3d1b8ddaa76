// The command line of `rookery devcloud`.
#pragma once

#include "libs/program/program.h"
#include "services/standalone/devcloud/options.h"

namespace rookery::devcloud {

// What the flags are written to.
struct Flags {
  Options options;
  Workspace workspace;
  bool config = false;
};

// Adds `devcloud` and `devcloud env`. `flags` outlives the program's Run.
void AddCommand(program::Program& program, Flags* flags);

}  // namespace rookery::devcloud
