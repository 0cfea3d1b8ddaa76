// Who may enter a workspace, as a flag says it.
#pragma once

#include <rookery/tracking/v1/workspace.pb.h>

#include <string>

#include "libs/base/status.h"

namespace rookery::standalone {

// `tenant=...,app=...,oid=...`, or some of the three, each once. INVALID_ARGUMENT: anything else.
StatusOr<tracking::v1::AllowedIdentity> ParseAllowedIdentity(const std::string& text);

// The same the other way round.
std::string FormatAllowedIdentity(const tracking::v1::AllowedIdentity& identity);

}  // namespace rookery::standalone
